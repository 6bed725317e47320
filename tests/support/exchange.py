"""The events exchange as the other services reach it: through the same publisher, with the same messages."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from celery import Celery

from servicekit.messages.events import Envelope
from servicekit.messages.outbox import Waiting, WireMessage, wire_message
from servicekit.messages.publishing import publisher
from servicekit.messages.queues import EVENTS


class Exchange:
    """
    The broker around one service.

    :ivar events, work, dead_letters: the names of the service's queues.
    """

    def __init__(self, app: Celery):
        self._app = app
        self.events, self.work, self.dead_letters = (
            f"{app.main}.{name}" for name in ("events", "work", "dead-letters")
        )

    def publish(self, *envelopes: Envelope) -> None:
        """Announce; the broker has confirmed each of them when this returns."""
        self.send(*map(wire, envelopes))

    def send(self, *messages: WireMessage) -> None:
        """Bring messages of any shape to the broker."""
        with self._app.connection_for_write(transport_options={"confirm_publish": False}) as connection:
            taken = publisher(self._app, connection).publish(messages)
        assert len(taken) == len(messages), "the broker did not take all"

    @contextmanager
    def ear(self, *types: str) -> Iterator["Ear"]:
        """Somebody who hears what is announced from now on, as any service would."""
        with self._app.connection_for_write() as connection:
            yield Ear(connection.channel(), types)


class Ear:
    """A queue of a test's own on the events exchange."""

    def __init__(self, channel: Any, types: tuple[str, ...]):
        self._channel = channel
        EVENTS.bind(channel).declare()
        # Only a classic queue can be gone with its connection.
        self._queue = channel.queue_declare("", exclusive=True, arguments={"x-queue-type": "classic"}).queue
        for each in types:
            channel.queue_bind(self._queue, EVENTS.name, each)
        self._heard: list[Envelope] = []

    def heard(self) -> list[Envelope]:
        """Everything up to now, in the order of arrival."""
        while message := self._channel.basic_get(self._queue, no_ack=True):
            self._heard.append(Envelope.parse(json.loads(message.body)[0][0]))
        return list(self._heard)


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
    """Work for the service's own queue."""
    body = json.dumps([[], kwargs, {}])
    return wire_message(Waiting(id=0, message_id=uuid4(), kind="command", name=task, body=body, request_id=""))
