"""Forgetting what is no longer needed."""

from datetime import timedelta

from notification_service import wiring
from notification_service.models import Revocation
from notification_service.wiring import Clock
from servicekit.messages import inbox

# Longer than any message waits in a queue. One that comes later still tells nobody twice: see NotificationService.
INBOX_KEPT = timedelta(days=14)


def purge(*, now: Clock | None = None) -> None:
    """Old inbox rows, and revocations of tokens that have expired by themselves."""
    moment = (now or wiring.clock())()
    inbox.purge(moment - INBOX_KEPT)
    Revocation.purge(moment)
