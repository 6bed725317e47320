"""What each reason to say no becomes over HTTP. A test proves this table complete."""

from collections.abc import Mapping
from typing import Final

from order_service import exceptions as no
from servicekit.api.problems import Problem, handler

PROBLEMS: Final[Mapping[type[Exception], Problem]] = {
    no.NotYourAccount: Problem(403, "NOT_YOUR_ACCOUNT", "You can order for yourself only."),
    no.UnknownCustomer: Problem(409, "UNKNOWN_CUSTOMER", "Only active customers can order."),
    no.ProductNotFound: Problem(404, "PRODUCT_NOT_FOUND", "This product is not in the catalogue."),
    no.OutOfStock: Problem(409, "OUT_OF_STOCK", "There are not enough pieces left."),
    no.PriceChanged: Problem(409, "PRICE_CHANGED", "A price is not the one that you saw."),
    no.OrderNotFound: Problem(404, "ORDER_NOT_FOUND", "You have no such order."),
    no.OrderAlreadyShipped: Problem(409, "ORDER_ALREADY_SHIPPED", "The parcel is on its way."),
    no.OrderNotPayable: Problem(409, "ORDER_NOT_PAYABLE", "Only a pending order can be paid."),
    no.OrderNotConfirmed: Problem(409, "ORDER_NOT_CONFIRMED", "Only what is paid leaves the house."),
    no.PaymentInProgress: Problem(
        409, "PAYMENT_IN_PROGRESS", "A payment of this order has not ended yet.", retry_after=5
    ),
    no.IdempotencyKeyMalformed: Problem(400, "IDEMPOTENCY_KEY_MALFORMED", "This is no Idempotency-Key."),
    no.IdempotencyKeyReused: Problem(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key belongs to another request."),
}

exception_handler = handler(PROBLEMS)
