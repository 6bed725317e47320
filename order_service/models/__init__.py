"""State of order_service, and the rules that one row can check."""

from order_service.models.addresses import Address
from order_service.models.catalogue import Product
from order_service.models.customers import Customer
from order_service.models.idempotency import IdempotencyRecord
from order_service.models.messages import InboxMessage, OutboxMessage, Revocation
from order_service.models.orders import Order, OrderLine
from order_service.models.payments import Payment

__all__ = [
    "Address",
    "Customer",
    "IdempotencyRecord",
    "InboxMessage",
    "Order",
    "OrderLine",
    "OutboxMessage",
    "Payment",
    "Product",
    "Revocation",
]
