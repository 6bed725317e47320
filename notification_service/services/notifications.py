"""Notifying users, and recording what they have read."""

import logging
from uuid import UUID

from django.db import transaction

from notification_service import wiring
from notification_service.exceptions import NotificationNotFound
from notification_service.models import Delivery, Notification, Recipient
from notification_service.services.deliveries import DELIVER, TASK_GRACE
from notification_service.texts import Text
from notification_service.wiring import Clock
from servicekit.messages import outbox

log = logging.getLogger(__name__)


class NotificationService:
    """Everything that changes a notification."""

    def __init__(self, *, now: Clock | None = None):
        self.now = now or wiring.clock()

    def notify(self, *, event_id: UUID, event_type: str, user_id: int, text: Text) -> Notification | None:
        """
        Save a notification and the task that sends its mail, in one transaction; once for each event.

        :return: None when the user is deleted: events come in any order.
        """
        now = self.now()
        with transaction.atomic():
            # Locked, so that a concurrent user.deleted also deletes what is written here.
            recipient, _ = Recipient.objects.select_for_update().get_or_create(user_id=user_id)
            if recipient.deleted_at:
                log.info("event %s is ignored: user %s is deleted", event_id, user_id)
                return None
            # Old inbox rows are deleted, notifications are not: an event replayed after a month is still recognised.
            notification, created = Notification.objects.get_or_create(
                event_id=event_id,
                defaults={"user_id": user_id, "type": event_type, "message": text.message, "created_at": now},
            )
            if created:
                delivery = Delivery.objects.create(
                    notification=notification, subject=text.subject, body=text.body, due_at=now + TASK_GRACE
                )
                outbox.command(DELIVER, delivery_id=str(delivery.id))

        return notification

    def mark_read(self, *, user_id: int, notification_id: int) -> Notification:
        """
        Record when the user first read it.

        :raises NotificationNotFound: this user has no such notification.
        """
        notification = Notification.objects.filter(pk=notification_id, user_id=user_id).first()
        if notification is None:
            raise NotificationNotFound(notification_id)
        notification.mark_read(now=self.now())
        return notification
