"""Reads larger than one ORM call."""

from order_service.exceptions import OrderNotFound, PaymentNotFound
from order_service.models import Order, Payment
from order_service.models.orders import OrderQuerySet


def orders(*, owner_id: int | None = None) -> OrderQuerySet:
    """Orders with their lines, the newest first: one customer's, or everybody's."""
    return Order.objects.seen_by(owner_id).order_by("-id").prefetch_related("items").select_related("payment")


def order(order_id: int, *, owner_id: int | None = None) -> Order:
    """:raises OrderNotFound: no such order, or another's."""
    found = orders(owner_id=owner_id).filter(pk=order_id).first()
    if found is None:
        raise OrderNotFound(order_id)
    return found


def payment(payment_id: int, *, owner_id: int | None = None) -> Payment:
    """:raises PaymentNotFound: no such payment, or another customer's."""
    found = Payment.objects.filter(pk=payment_id, order__in=Order.objects.seen_by(owner_id)).first()
    if found is None:
        raise PaymentNotFound(payment_id)
    return found
