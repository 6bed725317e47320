"""Reads larger than one ORM call."""

from order_service.exceptions import OrderNotFound, ProductNotFound
from order_service.models import Order, Product
from order_service.models.orders import OrderQuerySet


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
    found = Order.objects.seen_by(owner_id).filter(pk=order_id).first()
    if found is None:
        raise OrderNotFound(order_id)
    return found
