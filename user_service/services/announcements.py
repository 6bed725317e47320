"""Says that an account has changed."""

from collections.abc import Sequence
from typing import Final

from django.contrib.auth.models import User

from servicekit.messages import outbox
from user_service.events import UserUpdated

NOTIFY_PROFILE_UPDATE: Final = "user_service.notify_profile_update"  # the name of the task


def announce_change(user: User, changes: Sequence[str]) -> None:
    """Announce the names of the changed fields, and have the other services notified, in the caller's transaction."""
    outbox.record(UserUpdated(user_id=user.pk, changes=list(changes), is_active=user.is_active))
    outbox.command(NOTIFY_PROFILE_UPDATE, user_id=user.pk, changes=list(changes))
