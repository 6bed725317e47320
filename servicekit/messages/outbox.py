"""
The outbox: what this service wants to say, written in the transaction of what it says it about.

Nothing else publishes. The relay (relay.py) reads the rows and talks to the broker; a request never does.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from servicekit.base.telemetry import MASK, current_request_id
from servicekit.messages.events import Envelope, Event

EXCHANGE = "events"
CHANNEL = "outbox"  # of PostgreSQL's NOTIFY; each service has its own database, so one name serves all


class AbstractOutboxMessage(models.Model):
    """A message on its way out. The service has the concrete table, named by `settings.OUTBOX_MODEL`."""

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
            # Only what waits is in the index: it stays small however many rows are kept.
            models.Index(fields=["id"], condition=models.Q(published_at=None), name="%(class)s_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.message_id}"


def model() -> type[AbstractOutboxMessage]:
    """The service's concrete outbox."""
    found: type[AbstractOutboxMessage] = apps.get_model(settings.OUTBOX_MODEL)
    return found


def _service() -> str:
    return str(settings.OUTBOX_MODEL).partition(".")[0]


def record(*events: Event) -> None:
    """
    Announce facts, once the surrounding transaction commits.

    :raises django.db.transaction.TransactionManagementError: called outside `atomic()`.
    """
    outbox = model()
    source = f"/{_service()}"
    envelopes = [Envelope(source=source, type=each.TYPE, subject=each.subject, data=each.data()) for each in events]
    _write([_row(outbox.Kind.EVENT, each.type, UUID(each.id), args=[each.to_dict()]) for each in envelopes])


def command(task_name: str, /, **kwargs: Any) -> None:
    """
    Put work on this service's own queue, once the surrounding transaction commits.

    :param kwargs: of the task; JSON types: ids rather than objects, for the task may run much later.
    :raises django.db.transaction.TransactionManagementError: called outside `atomic()`.
    """
    _write([_row(model().Kind.COMMAND, task_name, uuid4(), kwargs=kwargs)])


def _row(
    kind: str, name: str, message_id: UUID, *, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
) -> AbstractOutboxMessage:
    embedded = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    # Celery's protocol 2: https://docs.celeryq.dev/en/stable/internals/protocol.html
    body = json.dumps([args, kwargs or {}, embedded], cls=DjangoJSONEncoder, allow_nan=False)
    return model()(kind=kind, name=name, message_id=message_id, body=body, request_id=current_request_id() or "")


def _write(rows: list[AbstractOutboxMessage]) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("say it in the transaction that makes it true")
    model().objects.bulk_create(rows)
    # Once per transaction, after its commit: PostgreSQL lets transactions that notify commit only one by one.
    if connection.vendor == "postgresql" and not any(hook is _wake_relay for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(_wake_relay, robust=True)


def _wake_relay() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def purge(before: datetime, *, chunk: int = 5_000) -> bool:
    """
    Forget what was published before a moment; True when there is more to forget.

    Looks only at the oldest rows, by the primary key: its cost does not grow with the table.
    """
    outbox = model()
    oldest = list(outbox.objects.order_by("id").values_list("id", flat=True)[:chunk])
    deleted, _ = outbox.objects.filter(id__in=oldest, published_at__lt=before).delete()
    return deleted == chunk


class WireMessage(NamedTuple):
    """What the relay publishes, byte for byte; contract tests hold it against the consumers."""

    exchange: str
    routing_key: str
    headers: dict[str, Any]
    properties: dict[str, Any]
    body: str


def wire_message(row: "AbstractOutboxMessage | Waiting") -> WireMessage:
    """The AMQP message of an outbox row: a Celery task message, protocol 2."""
    message_id = str(row.message_id)
    is_event = row.kind == "event"
    return WireMessage(
        exchange=EXCHANGE if is_event else "",
        routing_key=row.name if is_event else work_queue(_service()),
        headers={
            "lang": "py",
            "task": row.name,
            "id": message_id,
            "argsrepr": MASK,  # a worker logs these; what a message says about people does not belong there
            "kwargsrepr": MASK,
            "ignore_result": True,
            "request_id": row.request_id,
        },
        properties={
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "delivery_mode": 2,
            "correlation_id": message_id,
            "message_id": message_id,
        },
        body=row.body,
    )


class Waiting(NamedTuple):
    """A row as the relay reads it, without the cost of a model instance."""

    id: int
    message_id: UUID
    kind: str
    name: str
    body: str
    request_id: str


def work_queue(service: str) -> str:
    return f"{service}.work"
