"""Everything that changes something, one module an aggregate."""

from order_service.services.accounts import AccountService
from order_service.services.catalogue import CatalogueService, Line
from order_service.services.idempotency import EVERY_TIME, Answer, EveryTime, Once
from order_service.services.orders import OrderService
from order_service.services.payments import PaymentService

__all__ = [
    "EVERY_TIME",
    "AccountService",
    "Answer",
    "CatalogueService",
    "EveryTime",
    "Line",
    "Once",
    "OrderService",
    "PaymentService",
]
