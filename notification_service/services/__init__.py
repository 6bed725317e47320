"""Use cases: everything that changes something."""

from notification_service.services.accounts import AccountService
from notification_service.services.deliveries import WORTH_ANOTHER_TRY, DeliveryService
from notification_service.services.notifications import NotificationService

__all__ = ["WORTH_ANOTHER_TRY", "AccountService", "DeliveryService", "NotificationService"]
