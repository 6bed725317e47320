"""Reads larger than one ORM call."""

from order_service.exceptions import OrderNotFound
from order_service.models import Order
from order_service.models.orders import OrderQuerySet


def orders(*, owner_id: int | None = None) -> OrderQuerySet:
    """Orders with their lines, the newest first: one customer's, or everybody's."""
    return Order.objects.seen_by(owner_id).order_by("-id").prefetch_related("items")


def order(order_id: int, *, owner_id: int | None = None) -> Order:
    """:raises OrderNotFound: no such order, or another's."""
    found = orders(owner_id=owner_id).filter(pk=order_id).first()
    if found is None:
        raise OrderNotFound(order_id)
    return found
