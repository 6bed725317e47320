"""The catalogue: what is offered at which price, and its stock."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from order_service import wiring
from order_service.exceptions import OutOfStock, PriceChanged
from order_service.models import OrderLine, Product
from order_service.wiring import Clock


@dataclass(frozen=True)
class Line:
    """Some pieces of one product that a customer wants, perhaps at the price that was seen."""

    product_id: int
    quantity: int
    price: Decimal | None = None


class Changes(TypedDict):
    """What may be said of a product; what is not said stays as it is."""

    name: NotRequired[str]
    description: NotRequired[str]
    price: NotRequired[Decimal]
    stock_quantity: NotRequired[int]


class CatalogueService:
    """Everything that changes what is offered."""

    def __init__(self, *, now: Clock | None = None):
        self.now = now or wiring.clock()

    def add(self, **values: Unpack[Changes]) -> Product:
        return Product.objects.create(**values)

    def change(self, product_id: int, **changes: Unpack[Changes]) -> Product:
        """
        Change what is named and nothing else: a new description must not undo a sale of the same moment.

        :raises ProductNotFound: not offered.
        """
        if changes:
            Product.objects.offered().filter(pk=product_id).update(**changes)
        return Product.objects.get_offered(product_id)

    def retire(self, product_id: int) -> None:
        """
        Stop offering a product. Orders that have it stay as they are.

        :raises ProductNotFound: not offered.
        """
        Product.objects.get_offered(product_id).retire(at=self.now())


def take(lines: Sequence[Line]) -> dict[Product, int]:
    """
    Take the pieces out of stock; in the caller's transaction, which an exception must undo.

    :raises ProductNotFound: a product is not offered.
    :raises PriceChanged: a product has another price than its line.
    :raises OutOfStock: a product has fewer pieces left.
    """
    # Always in the order of ids: two orders of the same products cannot deadlock.
    lines = sorted(lines, key=lambda line: line.product_id)
    for line in lines:
        if not Product.objects.take(line.product_id, line.quantity):
            product = Product.objects.get_offered(line.product_id)
            raise OutOfStock(product.pk, wanted=line.quantity, left=product.stock_quantity)

    # Read after the updates, which locked the rows: names and prices stay as they are until the order is saved.
    products = Product.objects.in_bulk([line.product_id for line in lines])
    for line in lines:
        actual = products[line.product_id].price
        if line.price is not None and line.price != actual:
            raise PriceChanged(line.product_id, expected=line.price, actual=actual)
    return {products[line.product_id]: line.quantity for line in lines}


def put_back(lines: Iterable[OrderLine]) -> None:
    """Return the pieces of cancelled orders; in the caller's transaction."""
    pieces: Counter[int] = Counter()
    for line in lines:
        pieces[line.product_id] += line.quantity
    for product_id, quantity in sorted(pieces.items()):
        Product.objects.put_back(product_id, quantity)
