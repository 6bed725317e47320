"""Reasons why something is not done: one class per reason."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


class Refusal(Exception):
    """A rule of the shop forbids it. api/problems.py has the HTTP answer to each."""


class NotYourAccount(Refusal):
    """You can order only for yourself: `user_id` must be the account that you signed in with."""

    def __init__(self, user_id: int):
        super().__init__(f"you are not signed in as user {user_id}")
        self.user_id = user_id


class UnknownCustomer(Refusal):
    """user_service has no active account with this id; it may just have been closed."""

    def __init__(self, user_id: int):
        super().__init__(f"user {user_id} is not an active customer")
        self.user_id = user_id


class ProductNotFound(Refusal):
    """The catalogue does not have this product, or it was retired."""

    def __init__(self, product_id: int):
        super().__init__(f"product {product_id} is not in the catalogue")
        self.product_id = product_id


class OutOfStock(Refusal):
    """There are fewer pieces in stock than you ordered. Nothing was changed; order fewer, or try again later."""

    def __init__(self, product_id: int, *, wanted: int, left: int):
        super().__init__(f"product {product_id} has {left} pieces left, not {wanted}")
        self.product_id = product_id
        self.wanted = wanted
        self.left = left


class PriceChanged(Refusal):
    """The price in the catalogue is not the one in your order. Read the product again."""

    def __init__(self, product_id: int, *, expected: Decimal, actual: Decimal):
        super().__init__(f"product {product_id} costs {actual}, not {expected}")
        self.product_id = product_id
        self.expected = expected
        self.actual = actual


class OrderNotFound(Refusal):
    """You have no such order. Another customer's order gets the same answer, so that nobody learns which exist."""

    def __init__(self, order_id: int):
        super().__init__(f"order {order_id} does not exist")
        self.order_id = order_id


class OrderAlreadyShipped(Refusal):
    """The order has been shipped, so it cannot be cancelled."""

    def __init__(self, order_id: int):
        super().__init__(f"order {order_id} has been shipped")
        self.order_id = order_id


class OrderNotPayable(Refusal):
    """Only a pending order can be paid; this one is already paid, or cancelled."""

    def __init__(self, order_id: int, status: str):
        super().__init__(f"order {order_id} is {status}")
        self.order_id = order_id
        self.status = status


class OrderNotConfirmed(Refusal):
    """Only a confirmed order can be shipped; this one is not paid yet, or cancelled."""

    def __init__(self, order_id: int, status: str):
        super().__init__(f"order {order_id} is {status}")
        self.order_id = order_id
        self.status = status


class TooManyPendingOrders(Refusal):
    """You have ordered several times without paying. Pay or cancel one of your pending orders first."""

    def __init__(self, limit: int):
        super().__init__(f"a customer may have {limit} pending orders")
        self.limit = limit


class TooManyUnpaidPieces(Refusal):
    """Your pending orders would hold too many pieces that are not paid. Pay or cancel one, or order fewer."""

    def __init__(self, *, wanted: int, limit: int):
        super().__init__(f"pending orders of a customer may hold {limit} pieces, not {wanted}")
        self.wanted = wanted
        self.limit = limit


class PaymentNotFound(Refusal):
    """You have no such payment. Another customer's payment gets the same answer."""

    def __init__(self, payment_id: int):
        super().__init__(f"payment {payment_id} does not exist")
        self.payment_id = payment_id


class PaymentInProgress(Refusal):
    """The outcome of this order's payment is not known yet. Try again; it takes some minutes at most."""

    def __init__(self, order_id: int):
        super().__init__(f"a payment of order {order_id} has no outcome yet")
        self.order_id = order_id


class IdempotencyKeyMalformed(Refusal):
    """An Idempotency-Key must be 1 to 255 visible ASCII characters."""

    def __init__(self) -> None:
        super().__init__("expected 1 to 255 visible ASCII characters")


class IdempotencyKeyReused(Refusal):
    """You sent this Idempotency-Key before, with another body. A new request needs a new key."""

    def __init__(self) -> None:
        super().__init__("the key belongs to another request")


class AlreadyAnswered(Exception):
    """The same request, with the same Idempotency-Key, was answered before. Not an error; `body` is JSON text."""

    def __init__(self, status: int, body: str):
        super().__init__(f"the first request was answered with {status}")
        self.status = status
        self.body = body


class RegistrationRefused(Exception):
    """user_service refused to register this account; `reasons` has the errors of each field."""

    def __init__(self, reasons: Mapping[str, Any]):
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in reasons.items()))
