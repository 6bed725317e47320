"""Who calls, with its type: the framework's stubs think of Django's own users."""

from typing import Any, cast

from servicekit.tokens import Nobody, Principal


def caller(request: Any) -> Principal | Nobody:
    """Whose token came with this request."""
    return cast("Principal | Nobody", request.user)


def signed_in(request: Any) -> Principal:
    """The caller of a view that lets nobody in without a token."""
    return cast("Principal", request.user)
