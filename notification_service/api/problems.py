"""The HTTP answer for each exception. A test proves this table complete."""

from collections.abc import Mapping
from typing import Final

from notification_service import exceptions
from servicekit.api.problems import Problem, handler

PROBLEMS: Final[Mapping[type[Exception], Problem]] = {
    exceptions.NotificationNotFound: Problem(404, "NOTIFICATION_NOT_FOUND", "This user has no such notification."),
}

exception_handler = handler(PROBLEMS)
