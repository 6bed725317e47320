"""Who calls."""

from typing import cast

from rest_framework.request import Request

from servicekit.tokens import Principal


def caller(request: Request) -> Principal:
    """Give whom the token speaks for; for views that let nobody in without one."""
    return cast("Principal", request.user)


def user_id(request: Request) -> int:
    """Give the user's id; for views that let no services in."""
    return cast("int", caller(request).id)
