"""Request rate limits. The rates are the settings THROTTLE_LOGIN, THROTTLE_REGISTER and THROTTLE_MAIL."""

import hashlib
from typing import Any, cast

from django.contrib.auth.models import User
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from servicekit.api.throttling import CallerThrottle
from servicekit.auth.callers import caller
from user_service.models import ADDRESS_LENGTH, has_signed_in_from


class StrictThrottle(CallerThrottle):
    """Guesses, mass registration and mails are limited while Redis is down, too."""

    counts_without_redis = True


class RegisterThrottle(StrictThrottle):
    """Limits registrations per address, against mass registration."""

    scope = "register"


class MailThrottle(StrictThrottle):
    """Limits requests that send a mail or redeem its token."""

    scope = "mail"


class PasswordByAddressThrottle(StrictThrottle):
    """Limits checks of passwords per address, against one password tried on many accounts."""

    scope = "login"

    def get_cache_key(self, request: Request, view: Any) -> str | None:  # noqa: ARG002 - the framework's signature
        if not _checks_password(request):
            return None
        return self.cache_format % {"scope": self.scope, "ident": f"@{self.get_ident(request)}"}


class PasswordByAccountThrottle(StrictThrottle):
    """
    Limits checks of an account's password, existing or not, against many passwords tried from many addresses.

    Sign-ins and changes of the account have one count. Addresses from which the account has signed in are not counted:
    else a stranger who guesses could keep the owner out.
    """

    scope = "login"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        name = _account_name(request, view) if _checks_password(request) else None
        if name is None or has_signed_in_from(address_of(request), username=name):
            return None
        # A digest, because the input may be of any length and may be a password typed into the wrong field.
        ident = f"name:{hashlib.sha256(name.encode()).hexdigest()}"
        return self.cache_format % {"scope": self.scope, "ident": ident}


def address_of(request: Request) -> str:
    """Give the address that limits count, at the length that a session stores."""
    return str(BaseThrottle().get_ident(request))[:ADDRESS_LENGTH]


def _checks_password(request: Request) -> bool:
    """A sign-in does; a change of an account does with these fields."""
    if request.method == "POST":
        return True
    return request.method == "PATCH" and not _body(request).keys().isdisjoint({"password", "current_password", "email"})


def _account_name(request: Request, view: Any) -> str | None:
    """Give the lower-cased name of the account whose password is checked; None when the request will be refused."""
    user_id = view.kwargs.get("pk")
    if user_id is None:
        # Stripped as in the sign-in, so that all spellings of a name share one limit.
        return str(_body(request).get("username", "")).strip().lower()
    if not (caller(request).is_staff or caller(request).owns(user_id)):
        return None
    user = User.objects.filter(pk=user_id).only("username").first()
    return user.username.lower() if user else None


def _body(request: Request) -> dict[str, Any]:
    return cast("dict[str, Any]", request.data)
