"""
The inbox: which messages this service has seen.

Its row is written in the transaction of the handler, so a message either did its work and is remembered, or
neither. A message that comes twice is then known by its id, and does nothing the second time.
"""

from datetime import datetime
from typing import ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone


class AbstractInboxMessage(models.Model):
    """A message that was handled. The service has the concrete table, named by `settings.INBOX_MODEL`."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField(unique=True)
    type = models.CharField(max_length=100)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


def model() -> type[AbstractInboxMessage]:
    """The service's concrete inbox."""
    name: str = getattr(settings, "INBOX_MODEL")  # noqa: B009 - who hears nothing does not set it
    found: type[AbstractInboxMessage] = apps.get_model(name)
    return found


def received_first_time(message_id: str, type: str) -> bool:  # noqa: A002 - the envelope's own word
    """
    Remember a message; False when it was here before. Call it inside the transaction of the work.

    Two deliveries at the same time: the second waits for the first one's transaction, then sees its row.

    :raises django.db.transaction.TransactionManagementError: called outside `atomic()`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("the inbox row belongs into the transaction of the work")
    inbox = model()
    try:
        with transaction.atomic():
            inbox.objects.create(message_id=message_id, type=type)
    except IntegrityError:
        return False
    return True


def purge(before: datetime) -> int:
    """Forget what arrived before a moment, later than any message can still be delivered again; count it."""
    return model().objects.filter(received_at__lt=before).delete()[0]
