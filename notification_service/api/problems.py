"""What each reason to say no becomes over HTTP. A test proves this table complete."""

from collections.abc import Mapping
from typing import Final

from notification_service import exceptions as no
from servicekit.api.problems import Problem, handler

PROBLEMS: Final[Mapping[type[Exception], Problem]] = {
    no.NotificationNotFound: Problem(404, "NOTIFICATION_NOT_FOUND", "There is no such notification."),
}

exception_handler = handler(PROBLEMS)
