"""Who may be calling: somebody whom a verified token speaks for, or nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast


@dataclass(frozen=True)
class Principal:
    """Who a verified token speaks for. This is `request.user`, in every service."""

    id: int | None
    """The user's id; None for a service."""
    name: str
    """`user:17`, or the service's name. A token does not carry the user name."""
    roles: frozenset[str]
    scopes: frozenset[str]
    """What a service may do, as in `users:read`; empty for users."""
    token_id: str
    expires_at: datetime

    is_authenticated = True
    is_anonymous = False
    is_active = True

    @property
    def pk(self) -> int | str:
        """Give what throttles and logs tell callers apart by."""
        return self.id if self.id is not None else self.name

    @property
    def is_staff(self) -> bool:
        return "staff" in self.roles

    @property
    def is_service(self) -> bool:
        return "service" in self.roles

    def owns(self, user_id: int) -> bool:
        """Tell whether this is that user; a service owns nothing."""
        return self.id is not None and self.id == user_id


class Nobody:
    """Who calls without a token. Answers every question of a Principal with no."""

    id = pk = None
    name = "nobody"
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    is_authenticated = is_staff = is_service = is_active = False
    is_anonymous = True

    def owns(self, user_id: int) -> bool:  # noqa: ARG002 - the same question as to a Principal
        return False


def caller(request: Any) -> Principal | Nobody:
    """Give who makes a request, with its type: the framework's stubs think of Django's own users."""
    return cast("Principal | Nobody", request.user)


def signed_in(request: Any) -> Principal:
    """Give the caller of a view that lets nobody in without a token."""
    return cast("Principal", request.user)


def user_id(request: Any) -> int:
    """Give the user who calls a view that lets in neither nobody nor services."""
    return cast("int", request.user.id)
