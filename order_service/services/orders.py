"""Orders: placed, cancelled, or left unpaid."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db import connection, transaction

from order_service import wiring
from order_service.clients.users import UserDirectory
from order_service.events import OrderCancelled, OrderPlaced, OrderShipped
from order_service.exceptions import PaymentInProgress, UnknownCustomer
from order_service.models import Address, Order, Payment
from order_service.services import catalogue, idempotency
from order_service.services.catalogue import Line
from order_service.services.idempotency import IdempotencyKey
from order_service.wiring import Clock
from servicekit.messages import outbox

BATCH = 100  # orders that one transaction cancels


class OrderService:
    """Everything that changes an order, but for its payment."""

    def __init__(self, *, users: UserDirectory | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.now = now or wiring.clock()

    def place_order(
        self, *, customer_id: int, lines: Sequence[Line], ship_to: Address, key: IdempotencyKey | None = None
    ) -> Order:
        """
        Take the pieces out of stock and announce the order.

        :param key: of a request that must have its effect once, however often it is sent.
        :raises AlreadyAnswered, IdempotencyKeyReused: the key was used before.
        :raises UnknownCustomer: no active customer has this id.
        :raises NeighbourUnavailable: user_service cannot be asked.
        :raises ProductNotFound, PriceChanged, OutOfStock: one line cannot be had; nothing is taken.
        """
        idempotency.check(key)
        # Asked before the transaction opens: a slow neighbour must not hold our locks.
        if not self.users.is_active(customer_id):
            raise UnknownCustomer(customer_id)

        with transaction.atomic():
            idempotency.claim(key, at=self.now())
            bought = catalogue.take(lines)
            order = Order.objects.create_with_lines(user_id=customer_id, bought=bought, ship_to=ship_to, at=self.now())
            outbox.record(OrderPlaced.of(order))
            idempotency.keep(key, order)

        return order

    def cancel_order(self, *, order_id: int, reason: Order.Reason, owner_id: int | None = None) -> Order:
        """
        Cancel an order, and give back its pieces and its money. Cancelling twice is fine.

        :param owner_id: whose order it must be; None for the staff, who may cancel any.
        :raises OrderNotFound: no such order, or another's.
        :raises OrderAlreadyShipped: too late.
        :raises PaymentInProgress: nobody knows yet whether it is paid.
        """
        with transaction.atomic():
            order = Order.objects.seen_by(owner_id).locked(order_id)
            if Payment.objects.processing().filter(order=order).exists():
                raise PaymentInProgress(order_id)
            if not order.is_cancelled:
                cancel([order], reason=reason, at=self.now())
        return order

    def ship_order(self, *, order_id: int) -> Order:
        """
        Mark a confirmed order as shipped and announce it. Shipping twice changes and announces nothing more.

        :raises OrderNotFound: no such order.
        :raises OrderNotConfirmed: not paid yet, or cancelled.
        """
        with transaction.atomic():
            order = Order.objects.locked(order_id)
            if not order.is_shipped:
                at = self.now()
                order.ship(at=at)
                outbox.record(OrderShipped(order_id=order.pk, user_id=order.user_id, shipped_at=at))
        return order

    def cancel_unpaid(self) -> int:
        """Cancel what nobody paid for in time, and count it. Two of these at once share the work."""
        due = self.now() - timedelta(minutes=settings.UNPAID_ORDER_MINUTES)
        cancelled, last_id = 0, 0
        while batch := self._cancel_unpaid_batch(due, after=last_id):
            last_id = batch[-1].pk
            cancelled += sum(order.is_cancelled for order in batch)
        return cancelled

    def _cancel_unpaid_batch(self, due: datetime, *, after: int) -> list[Order]:
        with transaction.atomic():
            unpaid = Order.objects.unpaid_since(due).filter(pk__gt=after).order_by("pk").prefetch_related("items")
            # Locked ones are being paid or cancelled at this moment.
            batch = list(
                unpaid.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:BATCH]
            )
            # Asked only now that they are locked: a payment may have begun after the orders were chosen.
            being_paid = set(Payment.objects.processing().filter(order__in=batch).values_list("order_id", flat=True))
            free = [order for order in batch if order.pk not in being_paid]
            cancel(free, reason=Order.Reason.UNPAID, at=self.now())
        return batch


def cancel(orders: Sequence[Order], *, reason: Order.Reason, at: datetime) -> None:
    """
    Cancel orders that the caller's transaction has locked.

    :raises OrderAlreadyShipped: one of them has left the house.
    """
    if not orders:
        return
    for order in orders:
        order.cancel(reason=reason, at=at)
    # All at once: products are taken and put back in the order of their ids, within one transaction too.
    catalogue.put_back(chain.from_iterable(order.lines for order in orders))
    outbox.record(
        *(
            OrderCancelled(order_id=order.pk, user_id=order.user_id, reason=reason.value, cancelled_at=at)
            for order in orders
        )
    )
    for payment in Payment.objects.filter(order__in=orders, status=Payment.Status.COMPLETED):
        give_back(payment, at=at)


def give_back(payment: Payment, *, at: datetime) -> None:
    """See the money of a paid charge on its way back; in the caller's transaction."""
    payment.settle(Payment.Status.REFUNDING, at=at)
    outbox.command("order_service.refund", payment_id=payment.pk)
