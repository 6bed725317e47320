"""Use cases that change something."""

from order_service.services.accounts import AccountService
from order_service.services.catalogue import CatalogueService, Line
from order_service.services.idempotency import IdempotencyKey
from order_service.services.orders import OrderService
from order_service.services.payments import PaymentService
from order_service.services.refunds import RefundService

__all__ = [
    "AccountService",
    "CatalogueService",
    "IdempotencyKey",
    "Line",
    "OrderService",
    "PaymentService",
    "RefundService",
]
