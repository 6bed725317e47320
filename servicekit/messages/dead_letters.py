"""
The service's dead-letter queue: list the messages in it, or put them back into their queues.

RabbitMQ writes the queue and the reason into a message's `x-death` header:
https://www.rabbitmq.com/docs/dlx#effects
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from amqp import Message
from celery import Celery

from servicekit.messages.events import iso
from servicekit.messages.queues import dead_letter_queue, declare

REQUEUED_WITHIN_SECONDS: Final = 2.0
"""Usually milliseconds; longer only when another process takes messages at the same time."""


class NoDeadLetters(Exception):
    """The broker in use has no dead letters. What failed is only in the worker's log."""


@dataclass(frozen=True)
class DeadLetter:
    """
    One message that could not be handled.

    :ivar reason: `rejected` (unreadable, unknown, or its handler failed: the worker's log has the error) or
        `delivery_limit` (delivered again and again, and never acknowledged).
    :ivar queue: the queue that rejected it, and that a replay puts it into.
    """

    id: str
    task: str
    time: str
    reason: str
    queue: str
    bytes: int


def waiting(app: Celery) -> list[DeadLetter]:
    """
    Give the service's dead letters, oldest first.

    :raises NoDeadLetters: the broker is not RabbitMQ.
    """
    with _channel(app) as channel:
        letters = [read(app, message) for message in _messages(app, channel)]
    if letters:
        _wait_until_requeued(app, len(letters))
    return letters


def replay(app: Celery, ids: Collection[str] = ()) -> list[DeadLetter]:
    """
    Put dead letters back into their queues, all or those with these ids, and give them.

    A replayed message keeps its id, so an inbox that did handle it ignores it. It leaves the dead letters only after
    the broker has confirmed the copy.

    :raises NoDeadLetters: the broker is not RabbitMQ.
    """
    replayed = []
    with _channel(app) as channel:
        for message in _messages(app, channel):
            letter = read(app, message)
            if not ids or letter.id in ids:
                channel.basic_publish(copy(message), exchange="", routing_key=letter.queue, mandatory=True)
                channel.basic_ack(message.delivery_tag)
                replayed.append(letter)
    return replayed


def read(app: Celery, message: Message) -> DeadLetter:
    """Describe a message of the dead-letter queue, whatever is missing in it."""
    headers = message.headers or {}
    # The newest death comes first. A message that waited for a retry also "died" in one of Celery's delay queues.
    deaths = (each for each in headers.get("x-death", ()) if each["queue"] in app.amqp.queues)
    death: dict[str, Any] = next(deaths, {})
    return DeadLetter(
        id=str(headers.get("id") or message.properties.get("message_id") or f"#{message.delivery_tag}"),
        task=str(headers.get("task", "?")),
        time=iso(death["time"].replace(tzinfo=UTC)) if "time" in death else "?",
        reason=str(death.get("reason", "?")),
        queue=str(death.get("queue", app.conf.task_default_queue)),
        bytes=len(message.body),
    )


def copy(message: Message) -> Message:
    """Make the message that a replay publishes: the same one, with its deaths and retries forgotten."""
    headers = {name: value for name, value in (message.headers or {}).items() if not name.startswith("x-")}
    headers |= {"retries": 0, "eta": None}
    properties = {name: value for name, value in message.properties.items() if name != "expiration"}
    return Message(message.body, **properties | {"application_headers": headers})


@contextmanager
def _channel(app: Celery) -> Iterator[Any]:
    with app.connection_for_write() as connection:
        if connection.transport.driver_type != "amqp":
            raise NoDeadLetters(f"{connection.as_uri()} has no dead letters, only RabbitMQ has; see the worker's log")
        channel: Any = connection.channel()
        declare(app, channel)
        yield channel
        # RabbitMQ requeues what was taken and not acknowledged.
        channel.close()


def _messages(app: Celery, channel: Any) -> Iterator[Any]:
    for _ in range(_count(app, channel)):
        message = channel.basic_get(dead_letter_queue(app.main).name)
        if message is None:
            return
        yield message


def _wait_until_requeued(app: Celery, count: int) -> None:
    # RabbitMQ requeues after it has closed the channel. A replay right after a list must find the messages.
    deadline = time.monotonic() + REQUEUED_WITHIN_SECONDS
    with _channel(app) as channel:
        while _count(app, channel) < count and time.monotonic() < deadline:
            time.sleep(0.01)


def _count(app: Celery, channel: Any) -> int:
    _, count, _ = channel.queue_declare(dead_letter_queue(app.main).name, passive=True)
    return int(count)
