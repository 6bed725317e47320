"""How often somebody may knock. The rates are settings: THROTTLE_LOGIN and THROTTLE_REGISTER."""

import hashlib
from typing import Any, cast

from rest_framework.request import Request

from servicekit.api.throttling import CallerThrottle


class RegisterThrottle(CallerThrottle):
    """By address: nobody opens accounts by the thousand."""

    scope = "register"


class LoginThrottle(CallerThrottle):
    """By address: nobody tries one password on all accounts."""

    scope = "login"


class AccountLoginThrottle(CallerThrottle):
    """By user name, existing or not: nobody tries all passwords on one account from many addresses."""

    scope = "login"

    def get_cache_key(self, request: Request, view: Any) -> str:  # noqa: ARG002 - the framework's signature
        # A digest: the name may be of any length and form, and a cache is no place for what people type.
        # Trimmed and folded as the sign-in does: each way to write a name would else have guesses of its own.
        name = str(_body(request).get("username", "")).strip().lower()
        ident = f"name:{hashlib.sha256(name.encode()).hexdigest()}"
        return self.cache_format % {"scope": self.scope, "ident": ident}


class PasswordChangeThrottle(CallerThrottle):
    """By caller: a stolen access token is no way to try out passwords."""

    scope = "login"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        changes_password = request.method == "PATCH" and "password" in _body(request)
        return super().get_cache_key(request, view) if changes_password else None


def _body(request: Request) -> dict[str, Any]:
    return cast("dict[str, Any]", request.data)
