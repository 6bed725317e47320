"""One exception for each refusal. api/problems.py decides the HTTP answers."""

from collections.abc import Mapping
from typing import ClassVar


class UserNotFoundError(Exception):
    """There is no account with this id; it may have been deleted."""

    code: ClassVar[str] = "USER_NOT_FOUND"

    def __init__(self, user_id: object) -> None:
        super().__init__(f"No user has the id {user_id}.")
        self.user_id = user_id


class InvalidUserData(Exception):
    """The data of an account is invalid. `fields` has every invalid field with all reasons."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(messages)}" for name, messages in fields.items()))
        self.fields = dict(fields)


class UsernameTaken(InvalidUserData):
    """Another account has this user name; case is ignored."""

    def __init__(self) -> None:
        super().__init__({"username": ["A user with that username already exists."]})


class InvalidMailToken(Exception):
    """The token of a mail is forged, expired or used, or its address is not this account's to prove any more."""

    def __init__(self) -> None:
        super().__init__("This link is not valid, or no longer; ask for a new one.")


class WrongPassword(InvalidUserData):
    """A user who sets a new password must send the current one."""

    def __init__(self) -> None:
        super().__init__({"current_password": ["This is not the current password."]})


class InvalidCredentials(Exception):
    """Unknown user name, wrong password or inactive account; the message does not tell which."""

    def __init__(self) -> None:
        super().__init__("No active account has this user name and password.")


class InvalidClient(Exception):
    """No service has this client id and secret."""

    def __init__(self) -> None:
        super().__init__("No service has this client id and secret.")


class InvalidRefreshToken(Exception):
    """This refresh token is unknown or expired, or its session has ended. Sign in again."""

    def __init__(self) -> None:
        super().__init__("This refresh token is not valid; sign in again.")


class RefreshTokenReused(Exception):
    """
    This refresh token was used before: two clients have it, and one of them may have stolen it.

    We cannot tell which one, so the session is ended for both (RFC 9700, section 4.14.2). Sign in again.
    """

    def __init__(self) -> None:
        super().__init__("This refresh token was used before; its session is ended. Sign in again.")


class StaffOnly(Exception):
    """Only staff may change this field of an account."""

    def __init__(self, field: str) -> None:
        super().__init__(f"Only staff may change {field}.")
