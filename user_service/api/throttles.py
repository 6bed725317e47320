"""Request rate limits. The rates are the settings THROTTLE_LOGIN and THROTTLE_REGISTER."""

import hashlib
from typing import Any, cast

from rest_framework.request import Request

from servicekit.api.throttling import CallerThrottle


class StrictThrottle(CallerThrottle):
    """Guessing and mass registration are limited while Redis is down, too."""

    counts_without_redis = True


class RegisterThrottle(StrictThrottle):
    """Limits registrations per address, against mass registration."""

    scope = "register"


class LoginThrottle(StrictThrottle):
    """Limits sign-ins per address, against one password tried on many accounts."""

    scope = "login"


class AccountLoginThrottle(StrictThrottle):
    """Limits sign-ins per user name, existing or not, against many passwords tried from many addresses."""

    scope = "login"

    def get_cache_key(self, request: Request, view: Any) -> str:  # noqa: ARG002 - the framework's signature
        # A digest, because the input may be of any length and may be a password typed into the wrong field.
        # Stripped and in lower case as in the sign-in, so that all spellings of a name share one limit.
        name = str(_body(request).get("username", "")).strip().lower()
        ident = f"name:{hashlib.sha256(name.encode()).hexdigest()}"
        return self.cache_format % {"scope": self.scope, "ident": ident}


class PasswordChangeThrottle(StrictThrottle):
    """Limits password changes per caller, against a stolen token that is used to guess the current password."""

    scope = "login"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        changes_password = request.method == "PATCH" and "password" in _body(request)
        return super().get_cache_key(request, view) if changes_password else None


def _body(request: Request) -> dict[str, Any]:
    return cast("dict[str, Any]", request.data)
