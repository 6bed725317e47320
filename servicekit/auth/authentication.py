"""Bearer tokens (RFC 6750) for Django REST framework, and permissions by kind of caller."""

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from servicekit.auth.callers import Principal, caller
from servicekit.auth.keys import InvalidToken
from servicekit.auth.tokens import verify

CHALLENGE: Final = 'Bearer realm="shop"'
"""The WWW-Authenticate header of a 401 (RFC 6750, section 3)."""


class BearerAuthentication(BaseAuthentication):
    """
    Make the caller of `Authorization: Bearer <token>` the request's user. A token that is not valid is 401.

    Reads the settings TOKEN_KEYS (dotted path of a callable that gives the KeySource) and TOKEN_REVOCATIONS (dotted
    path of the service's Revocation model).
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


class IsStaff(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - the framework's signature
        return caller(request).is_staff


class IsUserToken(BasePermission):
    """Customers and staff, but no services."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - the framework's signature
        return caller(request).is_authenticated and not caller(request).is_service


class HasScope(BasePermission):
    """A service whose token has this scope: `permission_classes = [IsStaff | HasScope.of("users:read")]`."""

    scope: ClassVar[str]

    @classmethod
    def of(cls, scope: str) -> type["HasScope"]:
        return type("HasScope", (cls,), {"scope": scope})

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - the framework's signature
        return caller(request).is_service and self.scope in caller(request).scopes
