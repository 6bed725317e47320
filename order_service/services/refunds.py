"""Refunds: started in the transaction that cancels the order, made by a task."""

import logging
from datetime import datetime

from order_service import wiring
from order_service.clients.payments import PaymentGateway
from order_service.models import Payment
from order_service.wiring import Clock
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.messages import outbox

logger = logging.getLogger(__name__)

BATCH = 100  # refunds that one run tries again


def start_refund(payment: Payment, *, at: datetime) -> None:
    """Start the refund of a completed payment, in the caller's transaction."""
    payment.settle(Payment.Status.REFUNDING, at=at)
    outbox.command("order_service.refund", payment_id=payment.pk)


class RefundService:
    """Makes the refunds that were started."""

    def __init__(self, *, gateway: PaymentGateway | None = None, now: Clock | None = None):
        self.gateway = gateway or wiring.payment_gateway()
        self.now = now or wiring.clock()

    def refund(self, *, payment_id: int) -> bool:
        """Refund a payment whose refund is due; False when it is not due, or must be tried again later."""
        payment = Payment.objects.filter(pk=payment_id).first()
        return payment is not None and self._refund(payment)

    def refund_due(self) -> int:
        """Try the refunds again that failed, or whose task was lost; give the number of those now made."""
        return sum(self._refund(payment) for payment in Payment.objects.refunding().due(now=self.now())[:BATCH])

    def _refund(self, payment: Payment) -> bool:
        if not payment.claim_refund(now=self.now()):
            return False
        try:
            # Should two processes come here after all, the gateway still refunds once.
            self.gateway.refund(payment.charge_key)
        except NeighbourUnavailable as error:
            logger.warning("the refund of payment %s is delayed: %s", payment.pk, error)
            return False
        payment.settle(Payment.Status.REFUNDED, at=self.now())
        return True
