"""Bearer tokens (RFC 6750) for Django REST framework, and the permissions that tell callers apart."""

from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from servicekit.auth.callers import AnonymousCaller, Principal, caller
from servicekit.auth.keys import InvalidToken
from servicekit.auth.tokens import verify

CHALLENGE: Final = 'Bearer realm="shop"'
"""What a 401 carries in WWW-Authenticate (RFC 6750, section 3)."""


class BearerAuthentication(BaseAuthentication):
    """
    Make the caller of `Authorization: Bearer <token>` the request's user.

    Asks the settings TOKEN_KEYS (dotted path of a callable that gives the KeySource) and TOKEN_REVOCATIONS (dotted
    path of the service's Revocation model). A token that is no good, in whatever way, is 401.
    """

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        scheme, _, credentials = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = credentials.strip()
        try:
            principal = verify(token, import_string(settings.TOKEN_KEYS)(), now=datetime.now(UTC))
        except InvalidToken as error:
            raise AuthenticationFailed("This token is not valid.") from error
        if import_string(settings.TOKEN_REVOCATIONS).covers(principal):
            raise AuthenticationFailed("This token was revoked.")
        return principal, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework's signature
        return CHALLENGE


class CallerPermission(BasePermission):
    """A rule on who calls, whatever they call for."""

    @abstractmethod
    def allows(self, caller: Principal | AnonymousCaller) -> bool: ...

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - the framework's signature
        return self.allows(caller(request))


class IsStaff(CallerPermission):
    def allows(self, caller: Principal | AnonymousCaller) -> bool:
        return caller.is_staff


class IsUserToken(CallerPermission):
    """Customers and staff: people, not services."""

    def allows(self, caller: Principal | AnonymousCaller) -> bool:
        return caller.is_authenticated and not caller.is_service


class HasScope(CallerPermission):
    """A service that was given this scope: `permission_classes = [IsStaff | HasScope.of("users:read")]`."""

    scope: ClassVar[str]

    @classmethod
    def of(cls, scope: str) -> type["HasScope"]:
        return type("HasScope", (cls,), {"scope": scope})

    def allows(self, caller: Principal | AnonymousCaller) -> bool:
        return caller.is_service and self.scope in caller.scopes
