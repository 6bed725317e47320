"""Reads larger than one ORM call."""

from django.db.models import QuerySet

from order_service.exceptions import OrderNotFound, ProductNotFound
from order_service.models import Order, OrderLine, Product
from order_service.models.orders import OrderQuerySet
from servicekit.compiled import compiled


def offered_product(product_id: int) -> Product:
    """:raises ProductNotFound: not offered."""
    product = Product.objects.offered().filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(product_id)
    return product


def orders(*, owner_id: int | None = None) -> OrderQuerySet:
    """Orders with their lines, the newest first: one customer's, or everybody's."""
    return Order.objects.seen_by(owner_id).order_by("-id").prefetch_related("items")


def order(order_id: int, *, owner_id: int | None = None) -> Order:
    """:raises OrderNotFound: no such order, or another's."""
    for found in _order(order_id, owner_id):
        found.lines = _lines(order_id)
        return found
    raise OrderNotFound(order_id)


@compiled
def _order(order_id: int, owner_id: int | None) -> QuerySet[Order]:
    return Order.objects.seen_by(owner_id).filter(pk=order_id)


@compiled
def _lines(order_id: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order_id=order_id)
