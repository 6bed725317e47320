"""Who makes a request: the user or service that a verified token names, or nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast


@dataclass(frozen=True)
class Principal:
    """The user or service that a verified token names. This is `request.user`, in every service."""

    id: int | None
    """The user's id; None for a service."""
    name: str
    """`user:17`, or the service's name. A token has no user name."""
    roles: frozenset[str]
    scopes: frozenset[str]
    """What a service may do, such as `users:read`; empty for users."""
    token_id: str
    expires_at: datetime

    is_authenticated = True
    is_anonymous = False
    is_active = True

    @property
    def pk(self) -> int | str:
        """The id by which throttles and logs distinguish callers."""
        return self.id if self.id is not None else self.name

    @property
    def is_staff(self) -> bool:
        return "staff" in self.roles

    @property
    def is_service(self) -> bool:
        return "service" in self.roles

    def owns(self, user_id: int) -> bool:
        """Whether this is that user; False for a service."""
        return self.id is not None and self.id == user_id


class AnonymousCaller:
    """A caller without a token: a Principal that may do nothing."""

    id = pk = None
    name = "anonymous"
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    is_authenticated = is_staff = is_service = is_active = False
    is_anonymous = True

    def owns(self, user_id: int) -> bool:  # noqa: ARG002 - the signature of Principal
        return False


def caller(request: Any) -> Principal | AnonymousCaller:
    """Give who makes a request. A Django user, which tests set with `force_authenticate`, is a customer or staff."""
    user = request.user
    return user if isinstance(user, Principal | AnonymousCaller) else _principal_of(user)


def signed_in(request: Any) -> Principal:
    """Give the caller of a view that requires a token."""
    return cast("Principal", caller(request))


def user_id(request: Any) -> int:
    """Give the id of the user who calls a view that requires a user's token."""
    return cast("int", caller(request).id)


def _principal_of(user: Any) -> Principal | AnonymousCaller:
    if not user.is_authenticated:
        return AnonymousCaller()
    return Principal(
        id=user.pk,
        name=f"user:{user.pk}",
        roles=frozenset({"staff" if user.is_staff else "customer"}),
        scopes=frozenset(),
        token_id="",
        expires_at=datetime.max.replace(tzinfo=UTC),
    )
