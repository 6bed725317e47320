"""Request rate limits. The rates are settings: scope `login` reads THROTTLE_LOGIN; None means no limit."""

import time
from typing import Any

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from servicekit.auth.callers import caller

# Counts for this process alone: cheaper than Redis, and there while Redis is down.
local_counts = LocMemCache("throttles", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


class CallerThrottle(UserRateThrottle):
    """
    Limits requests by user or service, or by address where there is no token. Subclasses set the `scope`.

    While Redis is down, requests are not limited; with `counts_without_redis`, each process counts its own.

    Requests are counted from the first one on; after the duration of the rate, the count starts again. The framework
    stores a list of times instead, and does not count requests that arrive at the same moment.
    """

    num_requests: int
    duration: int
    left: float
    counts_without_redis = False

    def get_rate(self) -> str | None:
        # Read at each request, so that a test can change the setting.
        return getattr(settings, f"THROTTLE_{str(self.scope).upper()}", None)

    def allow_request(self, request: Request, view: Any) -> bool:
        if self.rate is None or (key := self.get_cache_key(request, view)) is None:
            return True
        counted = count(self.cache, key, seconds=self.duration)
        if counted is None and self.counts_without_redis:
            counted = count(local_counts, key, seconds=self.duration)
        uses, self.left = counted or (0, 0)
        return uses <= self.num_requests

    def wait(self) -> float | None:
        return self.left


class DefaultThrottle(CallerThrottle):
    """
    A generous limit for every route, by THROTTLE_DEFAULT, counted in each process, without Redis.

    Other services are not limited.
    """

    scope = "default"
    cache = local_counts

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return None if caller(request).is_service else super().get_cache_key(request, view)


def count(cache: Any, key: str, *, seconds: int) -> tuple[int, float] | None:
    """
    Count one use of a key; give the number of uses, and the seconds until the count starts again; None: Redis is down.

    Atomic in Redis. The other caches are for one process, or for development.
    """
    if hasattr(cache, "count"):
        uses: tuple[int, float] | None = cache.count(key, seconds=seconds)
        return uses
    now = time.time()
    number, end = cache.get(key, (0, now + seconds))
    cache.set(key, (number + 1, end), end - now)
    return number + 1, end - now
