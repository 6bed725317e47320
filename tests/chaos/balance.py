"""What customers were promised, held against what the shop has in the end. Pure: books in, differences out."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from tests.chaos.ledger import Balance, Books, Notification, Order, Promise

PAID = ("confirmed", "shipped")
ENDED = (*PAID, "cancelled")


def balance(
    promises: Sequence[Promise], *, customers: Iterable[int], stocked: Mapping[int, int], books: Books
) -> Balance:
    """
    :param promises: every order that was accepted.
    :param customers: who registered.
    :param stocked: the pieces of each product before the first order.
    """
    told = Counter(books.notifications)
    expected = Counter(_expected_notifications(promises, customers, books.orders, told))
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
    promises: Sequence[Promise], customers: Iterable[int], orders: Sequence[Order], told: Container[Notification]
) -> Iterator[Notification]:
    for customer_id in customers:
        yield Notification(customer_id, "user.registered")
    was_paid = {promise.order_id: promise.was_paid for promise in promises}
    for order in orders:
        yield Notification(order.customer_id, "order.placed", order.id)
        confirmed = Notification(order.customer_id, "order.confirmed", order.id)
        # Where the customer does not know, the shop does; at most one notification all the same.
        paid = was_paid.get(order.id)
        if order.status in PAID or paid or (paid is None and confirmed in told):
            yield confirmed
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
