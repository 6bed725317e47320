"""
Payments: claimed in one transaction, charged outside of any, settled in another.

models/payments.py describes what happens when a process dies or the gateway does not answer.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from order_service import wiring
from order_service.clients.cards import Card
from order_service.clients.payments import Outcome, PaymentGateway
from order_service.events import OrderConfirmed
from order_service.exceptions import PaymentInProgress
from order_service.models import Order, Payment
from order_service.services import idempotency
from order_service.services.idempotency import IdempotencyKey
from order_service.services.orders import cancel
from order_service.services.refunds import start_refund
from order_service.wiring import Clock
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.messages import outbox

logger = logging.getLogger(__name__)

BATCH = 100  # payments that one run settles


class PaymentService:
    """Charges cards, and settles payments by the outcome."""

    def __init__(self, *, gateway: PaymentGateway | None = None, now: Clock | None = None):
        self.gateway = gateway or wiring.payment_gateway()
        self.now = now or wiring.clock()

    def pay(self, *, order_id: int, customer_id: int, card: Card, key: IdempotencyKey | None = None) -> Payment:
        """
        Charge the order's total, once, and confirm the order, or cancel it if the card is declined.

        :param key: of a request that must have its effect once, however often it is sent.
        :raises AlreadyAnswered, IdempotencyKeyReused: the key was used before.
        :raises OrderNotFound: no such order, or another customer's.
        :raises OrderNotPayable: the order is already paid, or cancelled.
        :raises PaymentInProgress: another request is charging for this order.
        :raises NeighbourUnavailable: the gateway cannot be reached. The order stays pending; try again.
        """
        idempotency.check(key)
        payment = self._claim(order_id, customer_id, card, key)
        if payment.is_settled:
            return payment
        try:
            outcome = self._charge(payment, card)
        except NeighbourUnavailable:
            payment.release(now=self.now())
            raise
        return self._settle(payment, outcome, key)

    def settle_stuck(self) -> int:
        """Ask the gateway about payments without an outcome; give the number of those that now have one."""
        now = self.now()
        stuck = Payment.objects.stuck(now=now).order_by("claimed_until")[:BATCH]
        failed = Payment.objects.failed().due(now=now)[:BATCH]
        return sum(self._settle_from_gateway(payment) for payment in (*stuck, *failed))

    def _claim(self, order_id: int, customer_id: int, card: Card, key: IdempotencyKey | None) -> Payment:
        now = self.now()
        with transaction.atomic():
            order = Order.objects.seen_by(customer_id).locked(order_id)
            # After the lock: a concurrent request with this key has stored its answer, or is still in progress.
            is_repeated = idempotency.claim(key, at=now)
            payment = Payment.objects.filter(order=order).first()
            if is_repeated and payment is not None and payment.is_settled:
                # The first request got no answer, and the payment was settled without it.
                idempotency.keep(key, payment)
                return payment
            order.require_payable()
            if payment is None:
                return Payment.objects.create(
                    order=order,
                    amount=order.total,
                    brand=card.brand,
                    last_four=card.last_four,
                    started_at=now,
                    claimed_until=self._claim_end(now),
                )
            if not payment.claim(until=self._claim_end(now), now=now):
                raise PaymentInProgress(order_id)
            return payment

    def _charge(self, payment: Payment, card: Card) -> Outcome:
        if payment.is_retry:
            # The card may be another one now. If the first card was charged after all, that outcome counts.
            outcome = self.gateway.outcome(payment.charge_key)
            if outcome is not None:
                return outcome
            payment.change_card(brand=card.brand, last_four=card.last_four)
        payment.send_charge(now=self.now())
        return self.gateway.charge(key=payment.charge_key, amount=payment.amount, card=card)

    def _settle(self, payment: Payment, outcome: Outcome, key: IdempotencyKey | None = None) -> Payment:
        """Store the gateway's outcome, unless another process has done so already."""
        with transaction.atomic():
            order = Order.objects.locked(payment.order_id)
            payment.refresh_from_db()
            if not payment.is_settled:
                self._apply(outcome, payment, order)
            idempotency.keep(key, payment)
        return payment

    def _apply(self, outcome: Outcome, payment: Payment, order: Order) -> None:
        at, paid = self.now(), outcome is Outcome.PAID
        payment.settle(Payment.Status.COMPLETED if paid else Payment.Status.DECLINED, at=at)
        if not order.is_pending:
            # The order was cancelled after the gateway had answered that it knew no such charge.
            if paid:
                start_refund(payment, at=at)
        elif paid:
            order.confirm(at=at)
            outbox.record(OrderConfirmed(order_id=order.pk, user_id=order.user_id, total=order.total, confirmed_at=at))
        else:
            cancel([order], reason=Order.Reason.DECLINED, at=at)

    def _settle_from_gateway(self, payment: Payment) -> bool:
        now, was_failed = self.now(), payment.status == Payment.Status.FAILED
        if not payment.claim(until=self._claim_end(now), now=now):
            return False
        outcome = None
        try:
            outcome = self.gateway.outcome(payment.charge_key)
        except NeighbourUnavailable as error:
            logger.warning("payment %s, started at %s, has no outcome yet: %s", payment.pk, payment.started_at, error)
            if not was_failed:
                payment.release(now=self.now())
                return False
        if outcome is None:
            payment.fail(now=self.now(), recheck=timedelta(hours=settings.PAYMENT_RECHECK_HOURS))
            return False
        self._settle(payment, outcome)
        return True

    @staticmethod
    def _claim_end(now: datetime) -> datetime:
        return now + timedelta(seconds=settings.PAYMENT_CLAIM_SECONDS)
