"""The wire format: the AMQP message that the relay publishes for a row of the outbox."""

from typing import Any, Final, NamedTuple

from servicekit.base.telemetry import MASK
from servicekit.messages import outbox

EXCHANGE: Final = "events"


class WireMessage(NamedTuple):
    """A message byte for byte; contract tests compare it with what the consumers need."""

    exchange: str
    routing_key: str
    headers: dict[str, Any]
    properties: dict[str, Any]
    body: str


def wire_message(row: outbox.AbstractOutboxMessage) -> WireMessage:
    """Make a Celery task message, protocol 2. An event goes to the exchange, a command to the service's own queue."""
    message_id = str(row.message_id)
    is_event = row.kind == row.Kind.EVENT
    return WireMessage(
        exchange=EXCHANGE if is_event else "",
        routing_key=row.name if is_event else work_queue(outbox.service()),
        headers={
            "lang": "py",
            "task": row.name,
            "id": message_id,
            # A worker logs these two, and a message may contain personal data.
            "argsrepr": MASK,
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


def work_queue(service: str) -> str:
    """Give the name of the queue of a service's own tasks."""
    return f"{service}.work"
