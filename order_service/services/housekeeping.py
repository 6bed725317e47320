"""Deletes rows that are no longer needed."""

from datetime import timedelta

from order_service import wiring
from order_service.models import Revocation
from order_service.services import idempotency
from order_service.wiring import Clock
from servicekit.messages import inbox

ANSWERS_KEPT = timedelta(hours=24)
INBOX_KEPT = timedelta(days=30)  # longer than any message stays in a queue, dead letters included


def purge(*, now: Clock | None = None) -> None:
    """Delete old answers, old inbox rows, and revocations of tokens that have expired."""
    moment = (now or wiring.clock())()
    idempotency.purge(before=moment - ANSWERS_KEPT)
    inbox.purge(moment - INBOX_KEPT)
    Revocation.purge(moment)
