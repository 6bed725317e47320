"""Reads larger than one ORM call."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import QuerySet

from order_service.exceptions import OrderNotFound, ProductNotFound
from order_service.models import Order, OrderLine, Product
from order_service.models.orders import OrderQuerySet
from servicekit.storage.compiled import compiled, compiled_count


def offered_product(product_id: int) -> Product:
    """:raises ProductNotFound: not offered."""
    product = Product.objects.offered().filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(product_id)
    return product


class OfferedProduct(NamedTuple):
    """What a list shows of a product, without the cost of a model instance."""

    pk: int
    name: str
    description: str
    price: Decimal
    stock_quantity: int


class OfferedProducts:
    """The whole catalogue in the order of ids, as a paginator wants it: counted, and cut into pages."""

    def count(self) -> int:
        return _count_offered()

    def __getitem__(self, page: slice) -> list[OfferedProduct]:
        return [OfferedProduct(*row) for row in _page_of_offered(page)]


@compiled_count
def _count_offered() -> QuerySet[Product]:
    return Product.objects.offered()


@compiled
def _page_of_offered(page: slice) -> QuerySet[Product, tuple[Any, ...]]:
    return Product.objects.offered().order_by("id").values_list(*OfferedProduct._fields)[page]


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
