"""A cache may make us faster; it may not bring us down."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final, cast

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE: Final = 1.0
"""Seconds in which a Redis that just failed is left alone, so that not every request waits for its timeout."""


class ForgivingClient(RedisCacheClient):
    """Django's Redis client, where what fails is a miss."""

    asleep_until = 0.0
    _only_client: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        # Django makes a client for each call, which takes longer than the call. There is one server here, so one does.
        if self._only_client is None:
            self._only_client = super().get_client(key, write=write)
        return self._only_client

    def get(self, key: Any, default: Any) -> Any:
        return self._attempt(super().get, key, default, otherwise=default)

    def get_many(self, keys: Any) -> Any:
        return self._attempt(super().get_many, keys, otherwise={})

    def has_key(self, key: Any) -> Any:
        return self._attempt(super().has_key, key, otherwise=False)

    def add(self, key: Any, value: Any, timeout: Any) -> Any:
        return self._attempt(super().add, key, value, timeout, otherwise=False)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._attempt(super().set, key, value, timeout, otherwise=None)

    def set_many(self, data: Any, timeout: Any) -> None:
        self._attempt(super().set_many, data, timeout, otherwise=None)

    def touch(self, key: Any, timeout: Any) -> Any:
        return self._attempt(super().touch, key, timeout, otherwise=False)

    def incr(self, key: Any, delta: Any) -> Any:
        return self._attempt(super().incr, key, delta, otherwise=delta)

    def count_up(self, key: Any, seconds: int, most: int) -> float | None:
        left: float | None = self._attempt(self._count_up, key, seconds, most, otherwise=None)
        return left

    def _count_up(self, key: Any, seconds: int, most: int) -> float | None:
        client = self.get_client(write=True)
        count = client.incr(key)
        if count == 1:
            client.expire(key, seconds)
        if count <= most:
            return None
        left: int = client.ttl(key)
        if left >= 0:
            return left
        # Who counted first died before it could say when this ends.
        client.expire(key, seconds)
        return seconds

    # To forget is tried even in a pause: a value that outlives its truth is worse than a wait.
    def delete(self, key: Any) -> Any:
        return self._attempt(super().delete, key, otherwise=False, urgent=True)

    def delete_many(self, keys: Any) -> None:
        self._attempt(super().delete_many, keys, otherwise=None, urgent=True)

    def clear(self) -> Any:
        return self._attempt(super().clear, otherwise=False, urgent=True)

    def _attempt(self, call: Callable[..., Any], *arguments: Any, otherwise: Any, urgent: bool = False) -> Any:
        if not urgent and time.monotonic() < self.asleep_until:
            return otherwise
        try:
            return call(*arguments)
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

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient

    def count_up(self, key: str, *, seconds: int, most: int) -> float | None:
        """Be a `CountUp` of throttling.py in one round trip, which also counts those who come at the same time."""
        client = cast("ForgivingClient", self._cache)
        return client.count_up(self.make_and_validate_key(key), seconds, most)

    def ping(self) -> None:
        """:raises redis.exceptions.RedisError: Redis does not answer. For the health page."""
        self._cache.get_client(write=True).ping()
