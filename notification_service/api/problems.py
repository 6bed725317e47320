"""Which refusal is which HTTP answer: the one table, and tests/unit/test_problems.py proves it complete."""

from notification_service.exceptions import NotificationNotFound, UserNotFound
from servicekit.problems import Problem, handler

PROBLEMS: dict[type[Exception], Problem] = {
    UserNotFound: Problem(404, "USER_NOT_FOUND", "There is no such user"),
    NotificationNotFound: Problem(404, "NOTIFICATION_NOT_FOUND", "There is no such notification"),
}

exception_handler = handler(PROBLEMS)
