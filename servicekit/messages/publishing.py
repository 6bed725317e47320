"""Publishes a batch of messages, and tells which of them the broker has confirmed."""

import time
from collections.abc import Sequence
from typing import Any, Final, Protocol

from amqp import Message
from celery import Celery
from kombu import Connection, Producer
from kombu.exceptions import OperationalError

from servicekit.messages.queues import declare
from servicekit.messages.wire import WireMessage

CONFIRMS_WITHIN: Final = 10.0
"""Seconds without an answer of the broker after which a batch counts as not published."""


class Refused(OperationalError):
    """The broker refused messages of a batch; they stay in the outbox. Its queues may be full or missing."""


class Publisher(Protocol):
    def publish(self, messages: Sequence[WireMessage]) -> set[int]:
        """Give the positions of the messages that the broker confirmed; the others must be sent again."""


def publisher(app: Celery, connection: Connection) -> Publisher:
    """Declare the exchange and the service's own queues, and give the publisher for this kind of broker."""
    channel = connection.channel()
    declare(app, channel)
    return (
        ConfirmedPublisher(connection, channel)
        if connection.transport.driver_type == "amqp"
        else PlainPublisher(channel)
    )


class ConfirmedPublisher:
    """RabbitMQ: sends the whole batch, then waits for the confirms, which RabbitMQ sends in bulk."""

    def __init__(self, connection: Connection, channel: Any):
        self.connection = connection
        self.channel = channel
        self.sent = 0
        self.waiting: dict[int, int] = {}
        self.confirmed: set[int] = set()
        self.returned: set[str] = set()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)

    def publish(self, messages: Sequence[WireMessage]) -> set[int]:
        self.confirmed, self.returned = set(), set()
        self.waiting = {self.sent + number: number - 1 for number in range(1, len(messages) + 1)}
        for message in messages:
            self.sent += 1
            self.channel.basic_publish(
                Message(message.body, application_headers=message.headers, **message.properties),
                exchange=message.exchange,
                routing_key=message.routing_key,
                # An event may have no consumer. A command needs our own queue, or its work would be lost.
                mandatory=not message.exchange,
                timeout=CONFIRMS_WITHIN,
            )
        self._await_confirms()
        if self.returned:
            self.confirmed -= {place for place, each in enumerate(messages) if each.headers["id"] in self.returned}
        return self.confirmed

    def _await_confirms(self) -> None:
        while self.waiting:
            before = len(self.waiting)
            deadline = time.monotonic() + CONFIRMS_WITHIN
            while len(self.waiting) == before:
                self.connection.drain_events(timeout=max(0.0, deadline - time.monotonic()))

    def _settle(self, tag: int, multiple: bool) -> list[int]:
        tags = [each for each in self.waiting if each <= tag] if multiple else [tag]
        return [self.waiting.pop(each) for each in tags]

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self.confirmed.update(self._settle(tag, multiple))

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_return(self, _error: Exception, _exchange: str, _routing_key: str, message: Any) -> None:
        self.returned.add(message.headers["id"])


class PlainPublisher:
    """Kombu's other transports: a message is stored when the call returns."""

    def __init__(self, channel: Any):
        self.producer = Producer(channel)

    def publish(self, messages: Sequence[WireMessage]) -> set[int]:
        for each in messages:
            self.producer.publish(
                each.body, each.routing_key, exchange=each.exchange, headers=each.headers, **each.properties
            )
        return set(range(len(messages)))
