"""Telling people, and noting what they read."""

import logging
from uuid import UUID

from django.db import transaction

from notification_service import wiring
from notification_service.exceptions import NotificationNotFound
from notification_service.models import Delivery, Notification, Recipient
from notification_service.services.deliveries import DELIVER, GRACE
from notification_service.texts import Text
from notification_service.wiring import Clock
from servicekit.messages import outbox

log = logging.getLogger(__name__)


class NotificationService:
    """Everything that changes a notification."""

    def __init__(self, *, now: Clock | None = None):
        self.now = now or wiring.clock()

    def tell(self, *, event_id: UUID, event_type: str, user_id: int, text: Text) -> Notification | None:
        """
        Keep the notification and see its mail on its way, in one transaction.

        None when the user is deleted: events come in any order, and a deleted user is told nothing.
        """
        now = self.now()
        with transaction.atomic():
            # Locked: otherwise a user.deleted at the same moment could miss what is written here.
            if Recipient.objects.locked(user_id).is_deleted:
                log.info("event %s tells nothing: user %s is deleted", event_id, user_id)
                return None
            # The inbox is purged in time, this row is not: an event replayed after a month still tells nothing new.
            notification, is_new = Notification.objects.get_or_create(
                event_id=event_id,
                defaults={"user_id": user_id, "type": event_type, "message": text.message, "created_at": now},
            )
            if is_new:
                delivery = Delivery.objects.create(
                    notification=notification, subject=text.subject, body=text.body, due_at=now + GRACE
                )
                outbox.command(DELIVER, delivery_id=str(delivery.id))

        return notification

    def read(self, *, user_id: int, notification_id: int) -> Notification:
        """
        Note when it was first read.

        :raises NotificationNotFound: this user has no such notification.
        """
        notification = Notification.objects.filter(pk=notification_id, user_id=user_id).first()
        if notification is None:
            raise NotificationNotFound(notification_id)
        notification.read(now=self.now())
        return notification
