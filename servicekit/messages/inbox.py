"""
The inbox: the ids of the messages that this service has handled.

Its row is saved in the transaction of the handler, so a message either had its effect and is recorded, or neither. A
message that is delivered twice is recognised by its id, and has no effect the second time.
"""

from datetime import datetime
from typing import ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone


class AbstractInboxMessage(models.Model):
    """A handled message. The service has the concrete model, named by `settings.INBOX_MODEL`."""

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
    """Give the service's concrete model."""
    name: str = getattr(settings, "INBOX_MODEL")  # noqa: B009 - a service without consumers does not set it
    found: type[AbstractInboxMessage] = apps.get_model(name)
    return found


def received_first_time(message_id: str, type: str) -> bool:  # noqa: A002 - the envelope's name for it
    """
    Record a message; False when it is recorded already. Call it inside the transaction of the handler.

    Of two deliveries at the same time, the second waits for the transaction of the first, then finds its row.

    :raises django.db.transaction.TransactionManagementError: called outside `atomic()`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("the inbox row must be saved in the handler's transaction")
    try:
        with transaction.atomic():
            model().objects.create(message_id=message_id, type=type)
    except IntegrityError:
        return False
    return True


def purge(before: datetime) -> int:
    """Delete what arrived before a moment, after which it can no longer be delivered again; give the number."""
    return model().objects.filter(received_at__lt=before).delete()[0]
