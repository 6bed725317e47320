"""Limits on how often somebody may knock. The rates are settings: scope `login` reads THROTTLE_LOGIN, None is off."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class CallerThrottle(SimpleRateThrottle):
    """Counts by caller: by user or service where there is a token, else by address. Subclasses name the `scope`."""

    def get_rate(self) -> str | None:
        # Read at each request, not when the framework is imported: a test may switch it on for itself.
        return getattr(settings, f"THROTTLE_{str(self.scope).upper()}", None)

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - the framework's signature
        ident = f"{request.user.pk}" if request.user.is_authenticated else f"@{self.get_ident(request)}"
        return self.cache_format % {"scope": self.scope, "ident": ident}
