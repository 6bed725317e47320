"""Reasons of this service to say no. What each becomes over HTTP is decided in api/problems.py."""

from collections.abc import Mapping
from typing import ClassVar


class UserNotFoundError(Exception):
    """There is no account with this id: it never was, or its owner deleted it."""

    code: ClassVar[str] = "USER_NOT_FOUND"

    def __init__(self, user_id: object) -> None:
        super().__init__(f"No user has the id {user_id}.")
        self.user_id = user_id


class InvalidUserData(Exception):
    """What was given cannot become an account. `fields` says why, field by field, all of it at once."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(messages)}" for name, messages in fields.items()))
        self.fields = dict(fields)


class UsernameTaken(InvalidUserData):
    """Somebody has this user name already; large and small letters do not count."""

    def __init__(self) -> None:
        super().__init__({"username": ["A user with that username already exists."]})


class EmailTaken(InvalidUserData):
    """Somebody has this e-mail address already; large and small letters do not count."""

    def __init__(self) -> None:
        super().__init__({"email": ["A user with that e-mail address already exists."]})


class WrongPassword(InvalidUserData):
    """Who wants a new password must show the one in use."""

    def __init__(self) -> None:
        super().__init__({"current_password": ["This is not the current password."]})


class InvalidCredentials(Exception):
    """User name and password do not open an account. Which of them is wrong, or whether it is closed, is not said."""

    def __init__(self) -> None:
        super().__init__("No active account has this user name and password.")


class InvalidClient(Exception):
    """No service has this client id and secret."""

    def __init__(self) -> None:
        super().__init__("No service has this client id and secret.")


class InvalidRefreshToken(Exception):
    """This refresh token was never given out, is expired, or its session was ended. Sign in again."""

    def __init__(self) -> None:
        super().__init__("This refresh token is not valid; sign in again.")


class RefreshTokenReused(Exception):
    """
    This refresh token was used before, so two parties hold it, and one of them stole it.

    Nobody can tell which: the session is over for both (RFC 9700, section 4.14.2). Sign in again.
    """

    def __init__(self) -> None:
        super().__init__("This refresh token was used before; its session is ended. Sign in again.")


class StaffOnly(Exception):
    """This field of an account is not its owner's to change."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Only staff may change {field}.")
