"""Deleting rows that are no longer needed."""

from datetime import timedelta

from notification_service import wiring
from notification_service.models import Revocation
from notification_service.wiring import Clock
from servicekit.messages import inbox

# Longer than a message waits in a queue. If one comes later, its notification still exists: see NotificationService.
INBOX_KEPT = timedelta(days=14)


def purge(*, now: Clock | None = None) -> None:
    """Delete old inbox rows, and revocations of tokens that have expired."""
    moment = (now or wiring.clock())()
    inbox.purge(moment - INBOX_KEPT)
    Revocation.purge(moment)
