"""Refunds: started in the transaction that cancels the order, made by a task."""

import logging
from datetime import datetime, timedelta

from order_service import wiring
from order_service.clients.payments import PaymentGateway
from order_service.models import Payment
from order_service.wiring import Clock
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.messages import outbox

logger = logging.getLogger(__name__)

BATCH = 100  # refunds that one run repeats
# Longer than the longest pause between two attempts of the task, so that a task that still runs is left alone.
REFUND_LOST_AFTER = timedelta(minutes=15)


def start_refund(payment: Payment, *, at: datetime) -> None:
    """Start the refund of a completed payment, in the caller's transaction."""
    payment.settle(Payment.Status.REFUNDING, at=at)
    outbox.command("order_service.refund", payment_id=payment.pk)


class RefundService:
    """Makes the refunds that were started."""

    def __init__(self, *, gateway: PaymentGateway | None = None, now: Clock | None = None):
        self.gateway = gateway or wiring.payment_gateway()
        self.now = now or wiring.clock()

    def refund(self, *, payment_id: int) -> None:
        """
        Refund a payment whose refund was started; does nothing for any other payment.

        :raises NeighbourUnavailable: the gateway cannot be reached; try again later.
        """
        refunding = Payment.objects.filter(pk=payment_id, status=Payment.Status.REFUNDING)
        payment = refunding.first()
        if payment is not None:
            self.gateway.refund(payment.charge_key)
            refunding.update(status=Payment.Status.REFUNDED, settled_at=self.now())

    def refund_lost(self) -> int:
        """Make the refunds whose task was lost with a killed worker or an emptied broker; give their number."""
        # If the task was not lost after all, the gateway still refunds once.
        lost = Payment.objects.refunding(since=self.now() - REFUND_LOST_AFTER).order_by("settled_at")[:BATCH]
        return sum(self._try_refund(payment) for payment in lost)

    def _try_refund(self, payment: Payment) -> bool:
        try:
            self.refund(payment_id=payment.pk)
        except NeighbourUnavailable as error:
            logger.warning("the refund of payment %s is delayed: %s", payment.pk, error)
            return False
        return True
