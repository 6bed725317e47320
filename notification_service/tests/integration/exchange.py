"""The events exchange as the other services reach it: through the same publisher, with the same messages."""

import json
from typing import Any
from uuid import UUID, uuid4

from notification_service.celery_app import app
from servicekit.events import Envelope
from servicekit.outbox import Waiting, WireMessage, wire_message
from servicekit.publishing import publisher

EVENTS, WORK, DEAD_LETTERS = (f"notification_service.{queue}" for queue in ("events", "work", "dead-letters"))


def publish(*envelopes: Envelope, request_id: str = "") -> None:
    """Announce; the broker has confirmed each of them when this returns."""
    send(*(wire(envelope, request_id=request_id) for envelope in envelopes))


def send(*messages: WireMessage) -> None:
    """Bring messages of any shape to the broker."""
    with app.connection_for_write(transport_options={"confirm_publish": False}) as connection:
        taken = publisher(app, connection).publish(messages)
    assert len(taken) == len(messages), "the broker did not take all"


def wire(envelope: Envelope | object, *, task: str = "", request_id: str = "") -> WireMessage:
    """An event as another service's relay publishes it, or something else in its place."""
    known = isinstance(envelope, Envelope)
    row = Waiting(
        id=0,
        message_id=UUID(envelope.id) if known else uuid4(),
        kind="event",
        name=task or envelope.type if known else task,
        body=json.dumps([[envelope.to_dict() if known else envelope], {}, {}]),
        request_id=request_id,
    )
    return wire_message(row)


def command(task: str, **kwargs: Any) -> WireMessage:
    """Work for our own queue."""
    body = json.dumps([[], kwargs, {}])
    return wire_message(Waiting(id=0, message_id=uuid4(), kind="command", name=task, body=body, request_id=""))


def consumers_of(queue: str) -> int:
    """How many workers read a queue."""
    with app.connection_for_write() as connection:
        return int(connection.channel().queue_declare(queue, passive=True).consumer_count)
