"""The HTTP answer to each refusal. A test checks that the table is complete."""

from collections.abc import Mapping
from typing import Final

from order_service import exceptions
from servicekit.api.problems import Problem, handler

PROBLEMS: Final[Mapping[type[Exception], Problem]] = {
    exceptions.NotYourAccount: Problem(403, "NOT_YOUR_ACCOUNT", "You can order only for yourself."),
    exceptions.UnknownCustomer: Problem(409, "UNKNOWN_CUSTOMER", "Only active customers can order."),
    exceptions.ProductNotFound: Problem(404, "PRODUCT_NOT_FOUND", "This product is not in the catalogue."),
    exceptions.OutOfStock: Problem(409, "OUT_OF_STOCK", "There are not enough pieces left."),
    exceptions.PriceChanged: Problem(409, "PRICE_CHANGED", "A price has changed."),
    exceptions.OrderNotFound: Problem(404, "ORDER_NOT_FOUND", "You have no such order."),
    exceptions.OrderAlreadyShipped: Problem(409, "ORDER_ALREADY_SHIPPED", "The order has been shipped."),
    exceptions.OrderNotPayable: Problem(409, "ORDER_NOT_PAYABLE", "Only a pending order can be paid."),
    exceptions.OrderNotConfirmed: Problem(409, "ORDER_NOT_CONFIRMED", "Only a confirmed order can be shipped."),
    exceptions.TooManyPendingOrders: Problem(409, "TOO_MANY_PENDING_ORDERS", "You have too many pending orders."),
    exceptions.TooManyUnpaidPieces: Problem(409, "TOO_MANY_UNPAID_PIECES", "Your pending orders hold too many pieces."),
    exceptions.PaymentNotFound: Problem(404, "PAYMENT_NOT_FOUND", "You have no such payment."),
    exceptions.PaymentInProgress: Problem(
        409, "PAYMENT_IN_PROGRESS", "The outcome of a payment of this order is not known yet.", retry_after=5
    ),
    exceptions.IdempotencyKeyMalformed: Problem(
        400, "IDEMPOTENCY_KEY_MALFORMED", "This is not a valid Idempotency-Key."
    ),
    exceptions.IdempotencyKeyReused: Problem(
        422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key belongs to another request."
    ),
}

exception_handler = handler(PROBLEMS)
