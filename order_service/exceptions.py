"""Why something is not done: one class per reason."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


class Refusal(Exception):
    """A rule of the shop says no. What HTTP makes of each is decided in api/problems.py."""


class NotYourAccount(Refusal):
    """You order for yourself only: `user_id` must be the account that you signed in with."""

    def __init__(self, user_id: int):
        super().__init__(f"you are not signed in as user {user_id}")
        self.user_id = user_id


class UnknownCustomer(Refusal):
    """user_service knows no active account with this id. It may have been closed a moment ago."""

    def __init__(self, user_id: int):
        super().__init__(f"user {user_id} is not an active customer")
        self.user_id = user_id


class ProductNotFound(Refusal):
    """The catalogue does not offer this product, or no longer does."""

    def __init__(self, product_id: int):
        super().__init__(f"product {product_id} is not in the catalogue")
        self.product_id = product_id


class OutOfStock(Refusal):
    """There are fewer pieces than you want. Nothing of the order was taken; order fewer, or come back later."""

    def __init__(self, product_id: int, *, wanted: int, left: int):
        super().__init__(f"product {product_id} has {left} pieces left, not {wanted}")
        self.product_id = product_id
        self.wanted = wanted
        self.left = left


class PriceChanged(Refusal):
    """The catalogue sets the price, and it is not the one that you saw. Look again, then decide."""

    def __init__(self, product_id: int, *, expected: Decimal, actual: Decimal):
        super().__init__(f"product {product_id} costs {actual}, not {expected}")
        self.product_id = product_id
        self.expected = expected
        self.actual = actual


class OrderNotFound(Refusal):
    """To you there is no such order. Another's answers the same, so that nobody learns which orders exist."""

    def __init__(self, order_id: int):
        super().__init__(f"order {order_id} does not exist")
        self.order_id = order_id


class OrderAlreadyShipped(Refusal):
    """The parcel is on its way; it can be sent back, but not called back."""

    def __init__(self, order_id: int):
        super().__init__(f"order {order_id} has been shipped")
        self.order_id = order_id


class OrderNotPayable(Refusal):
    """Only a pending order can be paid: this one is paid already, or cancelled."""

    def __init__(self, order_id: int, status: str):
        super().__init__(f"order {order_id} is {status}")
        self.order_id = order_id
        self.status = status


class OrderNotConfirmed(Refusal):
    """Only what is paid leaves the house."""

    def __init__(self, order_id: int, status: str):
        super().__init__(f"order {order_id} is {status}")
        self.order_id = order_id
        self.status = status


class PaymentInProgress(Refusal):
    """The gateway is being asked about this order's payment. Within minutes it is either paid or free again."""

    def __init__(self, order_id: int):
        super().__init__(f"a payment of order {order_id} has not ended yet")
        self.order_id = order_id


class IdempotencyKeyMalformed(Refusal):
    """An Idempotency-Key is 1 to 255 visible ASCII characters."""

    def __init__(self) -> None:
        super().__init__("expected 1 to 255 visible ASCII characters")


class IdempotencyKeyReused(Refusal):
    """You sent this Idempotency-Key before, with another body. A new request needs a new key."""

    def __init__(self, key: str):
        super().__init__(f"the key {key} belongs to another request")
        self.key = key


class AlreadyAnswered(Exception):
    """The same request, with the same Idempotency-Key, had this answer before. `body` is JSON text. Not an error."""

    def __init__(self, status: int, body: str):
        super().__init__(f"the first request was answered with {status}")
        self.status = status
        self.body = body


class RegistrationRefused(Exception):
    """user_service does not open this account; `reasons` says why, field by field. Staff meet it, at a terminal."""

    def __init__(self, reasons: Mapping[str, Any]):
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in reasons.items()))
        self.reasons = reasons
