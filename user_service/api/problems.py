"""The HTTP answer to each refusal. A test checks that the table is complete."""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers
from rest_framework.response import Response

from servicekit.api.problems import Problem, handler
from user_service import exceptions

PROBLEMS: Final[Mapping[type[Exception], Problem]] = {
    exceptions.UserNotFoundError: Problem(404, exceptions.UserNotFoundError.code, "There is no such user."),
    exceptions.InvalidCredentials: Problem(401, "INVALID_CREDENTIALS", "You cannot be signed in."),
    exceptions.InvalidClient: Problem(401, "INVALID_CLIENT", "The client id or the secret is wrong."),
    exceptions.InvalidRefreshToken: Problem(401, "INVALID_REFRESH_TOKEN", "Sign in again."),
    exceptions.RefreshTokenReused: Problem(401, "REFRESH_TOKEN_REUSED", "Sign in again."),
    exceptions.InvalidMailToken: Problem(400, "MAIL_TOKEN_INVALID", "Ask for a new mail."),
    exceptions.StaffOnly: Problem(403, "STAFF_ONLY", "Only staff may change this."),
}
FIELD_ERRORS: Final = (
    exceptions.InvalidUserData,
    exceptions.UsernameTaken,
    exceptions.WrongPassword,
)
"""Answered with 400 and the framework's map of fields to messages."""

_handle = handler(PROBLEMS)


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Answer by the tables; the framework's own exceptions get the same form."""
    if isinstance(exception, FIELD_ERRORS):
        exception = serializers.ValidationError(exception.fields)
    return _handle(exception, context)
