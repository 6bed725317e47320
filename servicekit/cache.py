"""A cache may make us faster; it may not bring us down."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.utils.functional import cached_property
from redis.exceptions import RedisError

T = TypeVar("T")
logger = logging.getLogger(__name__)
PAUSE: Final = 1.0
"""Seconds in which a Redis that just failed is left alone, so that not every request waits for its timeout."""


class ForgivingClient(RedisCacheClient):
    """Django's Redis client, where what fails is a miss."""

    asleep_until = 0.0

    def get(self, key: str, default: Any) -> Any:
        return self._attempt(lambda: super(ForgivingClient, self).get(key, default), default)

    def get_many(self, keys: Any) -> dict[str, Any]:
        return self._attempt(lambda: super(ForgivingClient, self).get_many(keys), {})

    def has_key(self, key: str) -> bool:
        return self._attempt(lambda: super(ForgivingClient, self).has_key(key), False)

    def add(self, key: str, value: Any, timeout: int | None) -> bool:
        return self._attempt(lambda: super(ForgivingClient, self).add(key, value, timeout), False)

    def set(self, key: str, value: Any, timeout: int | None) -> None:
        self._attempt(lambda: super(ForgivingClient, self).set(key, value, timeout), None)

    def set_many(self, data: dict[str, Any], timeout: int | None) -> None:
        self._attempt(lambda: super(ForgivingClient, self).set_many(data, timeout), None)

    def touch(self, key: str, timeout: int | None) -> bool:
        return self._attempt(lambda: super(ForgivingClient, self).touch(key, timeout), False)

    def incr(self, key: str, delta: int) -> int:
        return self._attempt(lambda: super(ForgivingClient, self).incr(key, delta), delta)

    # To forget is tried even in a pause: a value that outlives its truth is worse than a wait.
    def delete(self, key: str) -> bool:
        return self._attempt(lambda: super(ForgivingClient, self).delete(key), False, urgent=True)

    def delete_many(self, keys: Any) -> None:
        self._attempt(lambda: super(ForgivingClient, self).delete_many(keys), None, urgent=True)

    def clear(self) -> bool:
        return self._attempt(lambda: super(ForgivingClient, self).clear(), False, urgent=True)

    def _attempt(self, call: Callable[[], T], otherwise: T, *, urgent: bool = False) -> T:
        if not urgent and time.monotonic() < self.asleep_until:
            return otherwise
        try:
            return call()
        except RedisError as error:
            self.asleep_until = time.monotonic() + PAUSE
            logger.warning("the cache does not answer: %s", type(error).__name__)
            return otherwise


class ForgivingRedisCache(RedisCache):
    """
    Redis whose absence makes us slower, never broken.

    What was to be forgotten while Redis was away may come back with it, for the rest of its lifetime: so lifetimes
    are short, and nothing that must be true at once is read from here.
    """

    @cached_property
    def _cache(self) -> ForgivingClient:
        return ForgivingClient(self._servers, **self._options)

    def ping(self) -> None:
        """:raises redis.exceptions.RedisError: Redis does not answer. For the health page."""
        self._cache.get_client(write=True).ping()
