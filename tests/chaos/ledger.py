"""What customers were promised, held against what the shop has in the end. Pure: numbers in, differences out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

PAID = ("confirmed", "shipped")
ENDED = (*PAID, "cancelled")


@dataclass(frozen=True)
class Promise:
    """An order that was accepted, as its customer knows it. `status` is the last that the customer was told."""

    order_id: int
    customer_id: int
    status: str = "pending"
    was_paid: bool = False


@dataclass(frozen=True)
class Order:
    """An order as the shop has it; `pieces` by product."""

    id: int
    customer_id: int
    status: str
    total: Decimal
    pieces: Mapping[int, int]


@dataclass(frozen=True)
class Notification:
    """What a customer was told; of no order, `order_id` is 0."""

    customer_id: int
    type: str
    order_id: int = 0


@dataclass(frozen=True)
class Mail:
    """A mail about an order. The second copy of one has the same Message-ID, and mail systems drop it."""

    order_id: int
    message_id: str


@dataclass(frozen=True)
class Books:
    """What the shop, its payment gateway and its mail server have in the end."""

    orders: Sequence[Order] = ()
    notifications: Sequence[Notification] = ()
    mails: Sequence[Mail] = ()
    stock: Mapping[int, int] = field(default_factory=dict)
    charges: Sequence[Decimal] = ()
    """The amounts that the gateway holds: charged, and not given back."""


@dataclass(frozen=True)
class Balance:
    """What differs, a sentence each."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """Stock or money that does not add up."""

    @property
    def differences(self) -> tuple[str, ...]:
        return (*self.lost, *self.doubled, *self.wrong)


def balance(
    promises: Sequence[Promise], *, customers: Iterable[int], stocked: Mapping[int, int], books: Books
) -> Balance:
    """
    :param promises: every order that was accepted.
    :param customers: who registered.
    :param stocked: the pieces of each product before the first order.
    """
    expected = Counter(_expected_notifications(promises, customers, books.orders))
    told = Counter(books.notifications)
    expected_mails = Counter(each.order_id for each in books.notifications if each.order_id)
    mails = Counter(mail.order_id for mail in set(books.mails))
    promised = {promise.order_id for promise in promises}
    return Balance(
        lost=(
            *_broken_promises(promises, books.orders),
            *(f"customer {each.customer_id} was not told {_what(each)}" for each in (expected - told).elements()),
            *(f"a mail about order {order_id} did not come" for order_id in (expected_mails - mails).elements()),
        ),
        doubled=(
            *(f"order {order.id} was placed twice" for order in books.orders if order.id not in promised),
            *(f"customer {each.customer_id} was told twice {_what(each)}" for each in (told - expected).elements()),
            *(f"a mail about order {order_id} came twice" for order_id in (mails - expected_mails).elements()),
        ),
        wrong=(*_stock(stocked, books.orders, books.stock), *_money(books)),
    )


def _broken_promises(promises: Sequence[Promise], orders: Sequence[Order]) -> Iterator[str]:
    known = {order.id: order for order in orders}
    for promise in promises:
        order = known.get(promise.order_id)
        if order is None:
            yield f"order {promise.order_id} was accepted and is gone"
        elif order.status not in ENDED:
            yield f"order {order.id} is still {order.status}"
        elif promise.status in ENDED and order.status != promise.status:
            yield f"the customer was told that order {order.id} is {promise.status}, it is {order.status}"


def _expected_notifications(
    promises: Sequence[Promise], customers: Iterable[int], orders: Sequence[Order]
) -> Iterator[Notification]:
    for customer_id in customers:
        yield Notification(customer_id, "user.registered")
    paid_before_the_end = {promise.order_id for promise in promises if promise.was_paid}
    for order in orders:
        yield Notification(order.customer_id, "order.placed", order.id)
        if order.status in PAID or order.id in paid_before_the_end:
            yield Notification(order.customer_id, "order.confirmed", order.id)
        if order.status == "cancelled":
            yield Notification(order.customer_id, "order.cancelled", order.id)


def _what(notification: Notification) -> str:
    about = f" of order {notification.order_id}" if notification.order_id else ""
    return f"{notification.type}{about}"


def _stock(stocked: Mapping[int, int], orders: Sequence[Order], stock: Mapping[int, int]) -> Iterator[str]:
    sold: Counter[int] = Counter()
    for order in orders:
        if order.status != "cancelled":
            sold.update(order.pieces)
    for product_id, pieces in stocked.items():
        if stock.get(product_id) != pieces - sold[product_id]:
            yield f"product {product_id}: {pieces} - {sold[product_id]} sold, but {stock.get(product_id)} are left"


def _money(books: Books) -> Iterator[str]:
    earned = Counter(order.total for order in books.orders if order.status in PAID)
    held = Counter(books.charges)
    yield from (f"an order over {amount} is confirmed and was not charged" for amount in (earned - held).elements())
    yield from (f"{amount} is held for no confirmed order" for amount in (held - earned).elements())
