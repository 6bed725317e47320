"""
Payments: claimed in one transaction, charged outside of any, settled in another.

What becomes of one when a process dies or the gateway does not answer, is told in models/payments.py.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from order_service import wiring
from order_service.clients.cards import Card
from order_service.clients.payments import Outcome, PaymentGateway
from order_service.events import OrderConfirmed
from order_service.exceptions import OrderNotPayable, PaymentInProgress
from order_service.models import Order, Payment
from order_service.services import idempotency
from order_service.services.idempotency import IdempotencyKey
from order_service.services.orders import cancel, give_back
from order_service.wiring import Clock
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.messages import outbox

logger = logging.getLogger(__name__)

BATCH = 100  # payments that one run looks after
# Longer than the longest pause between two attempts of the task: one that is still going is left alone.
REFUND_LOST_AFTER = timedelta(minutes=15)


class PaymentService:
    """Everything that changes a payment."""

    def __init__(self, *, gateway: PaymentGateway | None = None, now: Clock | None = None):
        self.gateway = gateway or wiring.payment_gateway()
        self.now = now or wiring.clock()

    def pay(self, *, order_id: int, customer_id: int, card: Card, key: IdempotencyKey | None = None) -> Payment:
        """
        Charge the order's total, once, and confirm or cancel the order.

        :param key: of a request that must have its effect once, however often it is sent.
        :raises AlreadyAnswered, IdempotencyKeyReused: the key was used before.
        :raises OrderNotFound: no such order, or another's.
        :raises OrderNotPayable: paid already, or cancelled.
        :raises PaymentInProgress: another request is at the gateway for this order.
        :raises NeighbourUnavailable: the gateway cannot be asked. The order stays pending, and may be paid again.
        """
        idempotency.check(key)
        payment = self._claim(order_id, customer_id, card, key)
        try:
            outcome = self._charge(payment, card)
        except NeighbourUnavailable:
            payment.release(now=self.now())
            raise
        return self._settle(payment, outcome, key)

    def settle_stuck(self) -> int:
        """Ask the gateway what became of payments that nobody is at any more; count those that are clear now."""
        stuck = Payment.objects.stuck(now=self.now()).order_by("claimed_until")[:BATCH]
        return sum(self._find_out(payment) for payment in stuck)

    def refund(self, *, payment_id: int) -> None:
        """
        Give the money back. May be called again, also when it is back already.

        :raises NeighbourUnavailable: the gateway cannot be asked; worth another try.
        """
        refunding = Payment.objects.filter(pk=payment_id, status=Payment.Status.REFUNDING)
        payment = refunding.first()
        if payment is not None:
            self.gateway.refund(payment.charge_key)
            refunding.update(status=Payment.Status.REFUNDED, settled_at=self.now())

    def refund_lost(self) -> int:
        """Give back money whose task was lost, with a killed worker or an emptied broker; count the refunds."""
        # The task may be at it after all: the gateway refunds once, however often it is asked.
        lost = Payment.objects.refunding(since=self.now() - REFUND_LOST_AFTER).order_by("settled_at")[:BATCH]
        return sum(self._refund_now(payment) for payment in lost)

    def _refund_now(self, payment: Payment) -> bool:
        try:
            self.refund(payment_id=payment.pk)
        except NeighbourUnavailable as error:
            logger.warning("the refund of payment %s waits: %s", payment.pk, error)
            return False
        return True

    def _claim(self, order_id: int, customer_id: int, card: Card, key: IdempotencyKey | None) -> Payment:
        now = self.now()
        with transaction.atomic():
            order = Order.objects.seen_by(customer_id).locked(order_id)
            # With the lock: a concurrent request with this key has kept its answer, or its payment is in progress.
            idempotency.claim(key, at=now)
            order.require_payable()
            payment = Payment.objects.filter(order=order).first()
            if payment is None:
                return Payment.objects.create(
                    order=order,
                    amount=order.total,
                    brand=card.brand,
                    last_four=card.last_four,
                    started_at=now,
                    claimed_until=self._claim_ends(now),
                )
            if not payment.claim(until=self._claim_ends(now), now=now):
                raise PaymentInProgress(order_id)
            return payment

    def _charge(self, payment: Payment, card: Card) -> Outcome:
        if payment.is_second_try:
            # Another card may be in play now; if the first one was charged after all, that is the end of it.
            outcome = self.gateway.outcome(payment.charge_key)
            if outcome is not None:
                return outcome
            payment.change_card(brand=card.brand, last_four=card.last_four)
        return self.gateway.charge(key=payment.charge_key, amount=payment.amount, card=card)

    def _settle(self, payment: Payment, outcome: Outcome, key: IdempotencyKey | None = None) -> Payment:
        """Make true here what the gateway did. Who hears of it first settles; a second one finds it done."""
        with transaction.atomic():
            order = Order.objects.locked(payment.order_id)
            payment.refresh_from_db()
            if not payment.is_settled:
                self._apply(outcome, payment, order)
            ended = payment.status in {Payment.Status.COMPLETED, Payment.Status.DECLINED}
            if ended:
                idempotency.keep(key, payment)
        if not ended:
            raise OrderNotPayable(order.pk, order.status)
        return payment

    def _apply(self, outcome: Outcome, payment: Payment, order: Order) -> None:
        at, paid = self.now(), outcome is Outcome.PAID
        payment.settle(Payment.Status.COMPLETED if paid else Payment.Status.DECLINED, at=at)
        if not order.is_pending:
            # Cancelled while the gateway was silent: it had told us that it never heard of this payment.
            if paid:
                give_back(payment, at=at)
        elif paid:
            order.confirm(at=at)
            outbox.record(OrderConfirmed(order_id=order.pk, user_id=order.user_id, total=order.total, confirmed_at=at))
        else:
            cancel([order], reason=Order.Reason.DECLINED, at=at)

    def _find_out(self, payment: Payment) -> bool:
        now = self.now()
        if not payment.claim(until=self._claim_ends(now), now=now):
            return False
        try:
            outcome = self.gateway.outcome(payment.charge_key)
        except NeighbourUnavailable as error:
            logger.warning("payment %s, begun at %s, stays stuck: %s", payment.pk, payment.started_at, error)
            payment.release(now=self.now())
            return False
        if outcome is None:
            payment.fail()
        else:
            self._settle(payment, outcome)
        return True

    @staticmethod
    def _claim_ends(now: datetime) -> datetime:
        return now + timedelta(seconds=settings.PAYMENT_CLAIM_SECONDS)
