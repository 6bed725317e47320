"""
The outbox: messages are saved in the transaction of the change that they announce.

The relay (relay.py) publishes them. Nothing else does, and a request never talks to the broker.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, Self
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from servicekit.base.telemetry import current_request_id
from servicekit.messages.events import Envelope, Event

CHANNEL: Final = "outbox"
"""Of PostgreSQL's NOTIFY. Each service has a database of its own, so the name can be the same."""


class AbstractOutboxMessage(models.Model):
    """A message to publish. The service has the concrete model, named by `settings.OUTBOX_MODEL`."""

    class Kind(models.TextChoices):
        EVENT = "event"
        COMMAND = "command"

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField(unique=True, default=uuid4)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=200, help_text="type of the event, or name of the task")
    body = models.TextField(help_text="the message, as it goes over the wire")
    request_id = models.CharField(max_length=128, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        indexes: ClassVar = [
            # Without the published rows, the index stays small however many of them are kept.
            models.Index(fields=["id"], condition=models.Q(published_at=None), name="%(class)s_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.message_id}"


def model() -> type[AbstractOutboxMessage]:
    """Give the service's concrete model."""
    found: type[AbstractOutboxMessage] = apps.get_model(settings.OUTBOX_MODEL)
    return found


def service() -> str:
    """Give the name under which the service publishes."""
    return str(settings.OUTBOX_MODEL).partition(".")[0]


def record(*events: Event) -> None:
    """
    Announce facts, once the surrounding transaction commits.

    :raises django.db.transaction.TransactionManagementError: called outside `atomic()`.
    """
    envelopes = [
        Envelope(source=f"/{service()}", type=each.TYPE, subject=each.subject, data=each.data()) for each in events
    ]
    kind = AbstractOutboxMessage.Kind.EVENT
    _save([_row(kind, each.type, UUID(each.id), args=[each.to_dict()]) for each in envelopes])


def command(task_name: str, /, **kwargs: Any) -> None:
    """
    Put a task on this service's own queue, once the surrounding transaction commits.

    :param kwargs: of the task; JSON types. Ids instead of objects, because the task may run much later.
    :raises django.db.transaction.TransactionManagementError: called outside `atomic()`.
    """
    _save([_row(AbstractOutboxMessage.Kind.COMMAND, task_name, uuid4(), kwargs=kwargs)])


def purge(before: datetime, *, chunk: int = 5_000) -> bool:
    """
    Delete the oldest rows that were published before a moment; True when there may be more of them.

    Looks only at the oldest rows, by the primary key, so the cost does not grow with the table.
    """
    oldest = list(model().objects.order_by("id").values_list("id", flat=True)[:chunk])
    deleted, _ = model().objects.filter(id__in=oldest, published_at__lt=before).delete()
    return deleted == chunk


def _row(
    kind: str, name: str, message_id: UUID, *, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
) -> AbstractOutboxMessage:
    embedded = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    # Celery's protocol 2: https://docs.celeryq.dev/en/stable/internals/protocol.html
    body = json.dumps([args, kwargs or {}, embedded], cls=DjangoJSONEncoder, allow_nan=False)
    return model()(kind=kind, name=name, message_id=message_id, body=body, request_id=current_request_id() or "")


def _save(rows: list[AbstractOutboxMessage]) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a message must be saved in the transaction of its change")
    model().objects.bulk_create(rows)
    # After the commit: PostgreSQL lets transactions that contain a NOTIFY commit only one at a time.
    if connection.vendor == "postgresql":
        transaction.on_commit(_wake_relay, robust=True)


def _wake_relay() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
