"""The events exchange as other services use it: with the same publisher and the same messages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from celery import Celery

from servicekit.messages import outbox
from servicekit.messages.events import Envelope
from servicekit.messages.publishing import publisher
from servicekit.messages.queues import EVENTS
from servicekit.messages.wire import WireMessage, wire_message


class Exchange:
    """
    The exchange, seen from outside of one service.

    :ivar events, work, dead_letters: the names of the service's queues.
    """

    def __init__(self, app: Celery):
        self._app = app
        self.events, self.work, self.dead_letters = (
            f"{app.main}.{name}" for name in ("events", "work", "dead-letters")
        )

    def publish(self, *envelopes: Envelope) -> None:
        """Publish events, and wait until the broker has confirmed them."""
        self.send(*map(wire, envelopes))

    def send(self, *messages: WireMessage) -> None:
        """Publish messages of any shape, and wait until the broker has confirmed them."""
        with self._app.connection_for_write(transport_options={"confirm_publish": False}) as connection:
            confirmed = publisher(self._app, connection).publish(messages)
        assert len(confirmed) == len(messages), "the broker did not confirm all"

    @contextmanager
    def subscriber(self, *types: str) -> Iterator["Subscriber"]:
        """Receives the events of these types that are published from now on."""
        with self._app.connection_for_write() as connection:
            yield Subscriber(connection.channel(), types)


class Subscriber:
    """A queue of one test, bound to the events exchange."""

    def __init__(self, channel: Any, types: tuple[str, ...]):
        self._channel = channel
        EVENTS.bind(channel).declare()
        # Only a classic queue can end with its connection.
        self._queue = channel.queue_declare("", exclusive=True, arguments={"x-queue-type": "classic"}).queue
        for each in types:
            channel.queue_bind(self._queue, EVENTS.name, each)
        self._received: list[Envelope] = []

    def received(self) -> list[Envelope]:
        """All events received until now, in the order of arrival."""
        while message := self._channel.basic_get(self._queue, no_ack=True):
            self._received.append(Envelope.parse(json.loads(message.body)[0][0]))
        return list(self._received)


def wire(envelope: Envelope | object, *, task: str = "", request_id: str = "") -> WireMessage:
    """The message by which a relay publishes an event, or something else in its place."""
    known = isinstance(envelope, Envelope)
    row = outbox.model()(
        message_id=UUID(envelope.id) if known else uuid4(),
        kind="event",
        name=task or envelope.type if known else task,
        body=json.dumps([[envelope.to_dict() if known else envelope], {}, {}]),
        request_id=request_id,
    )
    return wire_message(row)


def command(task: str, **kwargs: Any) -> WireMessage:
    """The message of a task for the service's own work queue."""
    body = json.dumps([[], kwargs, {}])
    return wire_message(outbox.model()(kind="command", name=task, body=body))
