"""The catalogue: what is offered at which price, and its stock."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NotRequired, TypedDict, Unpack

from django.db.models import QuerySet

from order_service import wiring
from order_service.exceptions import OutOfStock, PriceChanged, ProductNotFound
from order_service.models import OrderLine, Product
from order_service.wiring import Clock
from servicekit.storage.compiled import compiled


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
        return _offered(product_id)

    def retire(self, product_id: int) -> None:
        """
        Stop offering a product. Orders that have it stay as they are.

        :raises ProductNotFound: not offered.
        """
        _offered(product_id).retire(at=self.now())


def take(lines: Sequence[Line]) -> dict[Product, int]:
    """
    Take the pieces out of stock; in the caller's transaction, which an exception must undo.

    :raises ProductNotFound: a product is not offered.
    :raises PriceChanged: a product has another price than its line.
    :raises OutOfStock: a product has fewer pieces left.
    """
    products = {product.pk: product for product in _offered_among([line.product_id for line in lines])}
    # Everybody takes in the order of ids, so that no two orders wait for each other crosswise.
    return {_take(products.get(line.product_id), line): line.quantity for line in sorted(lines, key=_product_id)}


def put_back(lines: Iterable[OrderLine]) -> None:
    """Return the pieces of cancelled orders; in the caller's transaction."""
    pieces: Counter[int] = Counter()
    for line in lines:
        pieces[line.product_id] += line.quantity
    for product_id, quantity in sorted(pieces.items()):
        Product.objects.put_back(product_id, quantity)


def _take(product: Product | None, line: Line) -> Product:
    if product is None:
        raise ProductNotFound(line.product_id)
    _require_price(product, line.price)
    if not Product.objects.take(product, line.quantity):
        # Changed since it was read, or too few from the start: what is there now tells which.
        left = _offered(product.pk)
        _require_price(left, product.price)
        raise OutOfStock(product.pk, wanted=line.quantity, left=left.stock_quantity)
    return product


def _require_price(product: Product, expected: Decimal | None) -> None:
    if expected is not None and expected != product.price:
        raise PriceChanged(product.pk, expected=expected, actual=product.price)


def _offered(product_id: int) -> Product:
    product = Product.objects.offered().filter(pk=product_id).first()
    if product is None:
        raise ProductNotFound(product_id)
    return product


@compiled
def _offered_among(product_ids: Sequence[int]) -> QuerySet[Product]:
    return Product.objects.offered().filter(pk__in=product_ids)


def _product_id(line: Line) -> int:
    return line.product_id
