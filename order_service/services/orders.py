"""Orders: placed, shipped, and cancelled."""

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
from order_service.models.orders import OrderQuerySet
from order_service.services import catalogue, idempotency, limits
from order_service.services.catalogue import Line
from order_service.services.idempotency import IdempotencyKey
from order_service.services.refunds import start_refund
from order_service.wiring import Clock
from servicekit.messages import outbox

BATCH = 100  # orders that one transaction cancels


class OrderService:
    """Places, ships and cancels orders."""

    def __init__(self, *, users: UserDirectory | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.now = now or wiring.clock()

    def place_order(
        self, *, customer_id: int, lines: Sequence[Line], ship_to: Address, key: IdempotencyKey | None = None
    ) -> Order:
        """
        Reduce the stock, and save and announce the order.

        :param key: of a request that must have its effect once, however often it is sent.
        :raises AlreadyAnswered, IdempotencyKeyReused: the key was used before.
        :raises UnknownCustomer: no active customer has this id.
        :raises NeighbourUnavailable: user_service cannot be reached.
        :raises TooManyPendingOrders, TooManyUnpaidPieces: this customer has to pay or cancel something first.
        :raises ProductNotFound, PriceChanged, OutOfStock: a product cannot be ordered; nothing is changed.
        """
        idempotency.check(key)
        # Before the transaction begins: our locks must not wait for another service.
        if not self.users.is_active(customer_id):
            raise UnknownCustomer(customer_id)

        with transaction.atomic():
            idempotency.claim(key, at=self.now())
            limits.require_room(customer_id, lines)
            bought = catalogue.take(lines)
            order = Order.objects.create_with_lines(user_id=customer_id, bought=bought, ship_to=ship_to, at=self.now())
            outbox.record(OrderPlaced.of(order))
            idempotency.keep(key, order)

        return order

    def cancel_order(self, *, order_id: int, reason: Order.Reason, owner_id: int | None = None) -> Order:
        """
        Cancel an order, put its pieces back into stock, and start its refund. Cancelling twice changes nothing more.

        :param owner_id: the customer who cancels; None for staff, who may cancel any order.
        :raises OrderNotFound: no such order, or another customer's.
        :raises OrderAlreadyShipped: the order has been shipped.
        :raises PaymentInProgress: the outcome of its payment is not known yet.
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
        """Cancel the orders that were not paid in time; give their number. Concurrent runs share the work."""
        due = self.now() - timedelta(minutes=settings.UNPAID_ORDER_MINUTES)
        return self._cancel_pending(Order.objects.filter(created_at__lte=due), reason=Order.Reason.UNPAID)

    def cancel_orders_of_deleted_user(self, *, user_id: int) -> int:
        """Cancel a user's pending orders; give their number. Those that are being paid stay."""
        return self._cancel_pending(Order.objects.seen_by(user_id), reason=Order.Reason.ACCOUNT_DELETED)

    def _cancel_pending(self, orders: OrderQuerySet, *, reason: Order.Reason) -> int:
        cancelled, last_id = 0, 0
        while batch := self._cancel_batch(orders.filter(pk__gt=last_id), reason):
            last_id = batch[-1].pk
            cancelled += sum(order.is_cancelled for order in batch)
        return cancelled

    def _cancel_batch(self, orders: OrderQuerySet, reason: Order.Reason) -> list[Order]:
        with transaction.atomic():
            pending = orders.pending().order_by("pk").prefetch_related("items")
            # Orders locked by others are being paid or cancelled.
            batch = list(
                pending.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:BATCH]
            )
            # Queried after the lock: a payment may have been claimed since the orders were selected.
            being_paid = set(Payment.objects.processing().filter(order__in=batch).values_list("order_id", flat=True))
            cancel([order for order in batch if order.pk not in being_paid], reason=reason, at=self.now())
        return batch


def cancel(orders: Sequence[Order], *, reason: Order.Reason, at: datetime) -> None:
    """
    Cancel orders that the caller's transaction has locked, and start the refunds of those that are paid.

    :raises OrderAlreadyShipped: one of them has been shipped.
    """
    if not orders:
        return
    for order in orders:
        order.cancel(reason=reason, at=at)
    # In one call, which updates products in the order of their ids: two transactions cannot deadlock.
    catalogue.put_back(chain.from_iterable(order.lines for order in orders))
    outbox.record(
        *(
            OrderCancelled(order_id=order.pk, user_id=order.user_id, reason=reason.value, cancelled_at=at)
            for order in orders
        )
    )
    for payment in Payment.objects.filter(order__in=orders, status=Payment.Status.COMPLETED):
        start_refund(payment, at=at)
