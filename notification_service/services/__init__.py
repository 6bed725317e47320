"""Use cases: everything that changes something."""

from notification_service.services.accounts import AccountService
from notification_service.services.deliveries import DeliveryService
from notification_service.services.notifications import NotificationService

__all__ = ["AccountService", "DeliveryService", "NotificationService"]
