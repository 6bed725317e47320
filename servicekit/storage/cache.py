"""A cache that may fail: then services are slower, but still answer. Why not django-redis: docs/decisions/cache.md."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE: Final = 1.0
"""Seconds after a failure in which Redis is not called, so that not every request waits for its timeout."""


class JSONSerializer:
    """
    Values as JSON. Django's serializer is pickle: whoever can write to Redis could run code in the service.

    Numbers stay as Redis counts them.
    """

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class FaultTolerantRedisCache(RedisCache):
    """
    Django's Redis cache, in which a failure of Redis is a miss. Use `get`, `set`, `add`, `delete` and `count` only.

    A `delete` while Redis is down may be lost, and Redis may then serve the old value again. So timeouts must be
    short, and nothing that must be correct at every moment may be read from here.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        options = {name: value for name, value in params.get("OPTIONS", {}).items() if name != "serializer"}
        self._redis = Redis.from_url(server, **options)
        self._paused_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._call(super().get, key, default, version, on_failure=default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._call(super().set, key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._call(super().add, key, value, timeout, version, on_failure=False))

    def delete(self, key: Any, version: int | None = None) -> bool:
        # Also in a pause: waiting is better than serving an old value.
        return bool(self._call(super().delete, key, version, on_failure=False, in_pause=True))

    def count(self, key: str, *, seconds: int) -> tuple[int, float] | None:
        """Count one use of a key, atomically; None on a failure. See `servicekit.api.throttling.count`."""
        counted: tuple[int, float] | None = self._call(self._count, self.make_and_validate_key(key), seconds)
        return counted

    def ping(self) -> None:
        """:raises redis.exceptions.RedisError: Redis does not answer. For the health page."""
        self._redis.ping()

    def _count(self, key: str, seconds: int) -> tuple[int, float]:
        transaction = self._redis.pipeline()
        transaction.set(key, 0, ex=seconds, nx=True)
        transaction.incr(key)
        transaction.ttl(key)
        _, count, left = transaction.execute()
        return count, left

    def _call(self, call: Callable[..., Any], *arguments: Any, on_failure: Any = None, in_pause: bool = False) -> Any:
        if time.monotonic() < self._paused_until and not in_pause:
            return on_failure
        try:
            return call(*arguments)
        except RedisError as error:
            self._paused_until = time.monotonic() + PAUSE
            logger.warning("Redis failed: %s", type(error).__name__)
            return on_failure
        except ValueError:
            logger.warning("Redis has a value that is not ours")
            return on_failure
