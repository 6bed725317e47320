"""Money that waits: payments without an outcome, and refunds that are not made."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min

from order_service.models import Payment
from order_service.models.payments import PaymentQuerySet

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backlog:
    """
    How many payments wait, and since when the oldest does.

    :ivar is_stuck: the oldest has waited for longer than STUCK_MONEY_MINUTES, so an operator must look.
    """

    name: str
    count: int
    oldest: datetime | None
    is_stuck: bool


def unsettled(*, now: datetime) -> Backlog:
    """Payments whose outcome is unknown; not those whose charge the gateway did not know when it was last asked."""
    return _backlog("unsettled payments", Payment.objects.processing().filter(attempts=0), "started_at", now)


def refunds(*, now: datetime) -> Backlog:
    """Refunds that were started and are not made."""
    return _backlog("refunds", Payment.objects.refunding(), "settled_at", now)


def report(done: int, left: Backlog) -> None:
    """Log what a run did and what it left: as an error, which operators are told of, when money is stuck."""
    level = logging.ERROR if left.is_stuck else logging.INFO
    if done or left.count:
        logger.log(level, "%s: %s done, %s left, the oldest since %s", left.name, done, left.count, left.oldest)


def _backlog(name: str, waiting: PaymentQuerySet, since: str, now: datetime) -> Backlog:
    found = waiting.aggregate(count=Count("pk"), oldest=Min(since))
    limit = now - timedelta(minutes=settings.STUCK_MONEY_MINUTES)
    return Backlog(name, found["count"], found["oldest"], bool(found["oldest"] and found["oldest"] < limit))
