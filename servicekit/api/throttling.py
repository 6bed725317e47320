"""Limits on how often somebody may knock. The rates are settings: scope `login` reads THROTTLE_LOGIN, None is off."""

import time
from typing import Any, Protocol

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class CountUp(Protocol):
    """Count one more, for so many seconds from the first; past `most`, give the seconds until it starts anew."""

    def __call__(self, key: str, *, seconds: int, most: int) -> float | None: ...


class CallerThrottle(SimpleRateThrottle):
    """Counts by caller: by user or service where there is a token, else by address. Subclasses name the `scope`."""

    num_requests: int
    duration: int
    left: float | None = None
    """Seconds that a refused caller has to wait."""

    def get_rate(self) -> str | None:
        # Read at each request, not when the framework is imported: a test may switch it on for itself.
        return getattr(settings, f"THROTTLE_{str(self.scope).upper()}", None)

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - the framework's signature
        ident = f"{request.user.pk}" if request.user.is_authenticated else f"@{self.get_ident(request)}"
        return self.cache_format % {"scope": self.scope, "ident": ident}

    def allow_request(self, request: Request, view: Any) -> bool:
        """
        Count the request; False when its caller made too many since the first that is counted.

        The framework's own way keeps a list of times, which costs a round trip more, and overlooks who comes at once.
        """
        if self.rate is None or (key := self.get_cache_key(request, view)) is None:
            return True
        count_up: CountUp = getattr(self.cache, "count_up", self._count_up)
        self.left = count_up(key, seconds=self.duration, most=self.num_requests)
        return self.left is None

    def wait(self) -> float | None:
        return self.left

    def _count_up(self, key: str, *, seconds: int, most: int) -> float | None:
        """As ForgivingRedisCache does, on caches that are for one process, or for trying out."""
        now = time.time()
        count, until = self.cache.get(key, (0, now + seconds))
        self.cache.set(key, (count + 1, until), until - now)
        return until - now if count >= most else None
