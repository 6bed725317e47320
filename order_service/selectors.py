"""Reads larger than one ORM call."""

from order_service.exceptions import OrderNotFound, PaymentNotFound
from order_service.models import Order, OrderLine, Payment
from order_service.models.orders import OrderQuerySet


def orders(*, owner_id: int | None = None) -> OrderQuerySet:
    """Orders with their lines and payments, newest first: those of one customer, or of all."""
    return Order.objects.seen_by(owner_id).order_by("-id").prefetch_related("items").select_related("payment")


def order(order_id: int, *, owner_id: int | None = None) -> Order:
    """
    An order with its lines and payment, in one query: each order has lines.

    :raises OrderNotFound: no such order, or one of another customer.
    """
    lines = OrderLine.objects.filter(order_id=order_id).select_related("order__payment")
    if owner_id is not None:
        lines = lines.filter(order__user_id=owner_id)
    if not lines:
        raise OrderNotFound(order_id)
    found = lines[0].order
    found.lines = list(lines)
    return found


def payment(payment_id: int, *, owner_id: int | None = None) -> Payment:
    """:raises PaymentNotFound: no such payment, or another customer's."""
    found = Payment.objects.filter(pk=payment_id, order__in=Order.objects.seen_by(owner_id)).first()
    if found is None:
        raise PaymentNotFound(payment_id)
    return found
