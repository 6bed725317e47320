"""The events that this service publishes."""

from dataclasses import dataclass
from datetime import datetime

from servicekit.messages.events import Event


@dataclass(frozen=True)
class UserRegistered(Event):
    TYPE = "user.registered"

    user_id: int
    username: str
    first_name: str

    @property
    def subject(self) -> str:
        return str(self.user_id)


@dataclass(frozen=True)
class UserUpdated(Event):
    """`changes` are names of fields. The values are not sent: consumers read them over HTTP."""

    TYPE = "user.updated"

    user_id: int
    changes: list[str]
    is_active: bool

    @property
    def subject(self) -> str:
        return str(self.user_id)


@dataclass(frozen=True)
class UserDeleted(Event):
    TYPE = "user.deleted"

    user_id: int

    @property
    def subject(self) -> str:
        return str(self.user_id)


@dataclass(frozen=True)
class TokenRevoked(Event):
    """An access token is no longer valid, although it does not expire before `expires_at`."""

    TYPE = "token.revoked"

    token_id: str
    user_id: int
    expires_at: datetime

    @property
    def subject(self) -> str:
        return str(self.user_id)
