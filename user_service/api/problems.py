"""What each reason to say no becomes over HTTP. A test proves this table complete."""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers
from rest_framework.response import Response

from servicekit.api.problems import Problem, handler
from user_service import exceptions as no

PROBLEMS: Final[Mapping[type[Exception], Problem]] = {
    no.UserNotFoundError: Problem(404, no.UserNotFoundError.code, "There is no such user."),
    no.InvalidCredentials: Problem(401, "INVALID_CREDENTIALS", "You cannot be signed in."),
    no.InvalidClient: Problem(401, "INVALID_CLIENT", "This service is not known."),
    no.InvalidRefreshToken: Problem(401, "INVALID_REFRESH_TOKEN", "Sign in again."),
    no.RefreshTokenReused: Problem(401, "REFRESH_TOKEN_REUSED", "Sign in again."),
    no.StaffOnly: Problem(403, "STAFF_ONLY", "This is not yours to change."),
}
FIELD_ERRORS: Final = (no.InvalidUserData, no.UsernameTaken, no.EmailTaken, no.WrongPassword)
"""Answered as 400 with the framework's own map of field to messages."""

_handle = handler(PROBLEMS)


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer what the tables know; the framework's own exceptions look alike."""
    if isinstance(exception, FIELD_ERRORS):
        exception = serializers.ValidationError(exception.fields)
    return _handle(exception, context)
