"""
What nobody could handle: looked at, and handed in again.

RabbitMQ writes into a message's `x-death` header where and why it died:
https://www.rabbitmq.com/docs/dlx#effects
"""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any, Final

from amqp import Message
from celery import Celery

from servicekit.messages.events import iso
from servicekit.messages.messaging import dead_letter_queue, declare

ROUTED_AS: Final = "routed_as"
"""Header of a replayed message: the routing key that it had at first."""
BACK_WITHIN_SECONDS: Final = 2.0
"""Usually milliseconds; longer only if somebody else takes them meanwhile."""


class NoDeadLetters(Exception):
    """The broker in use keeps no dead letters; what failed there is in the worker's log and nowhere else."""


@dataclass(frozen=True)
class DeadLetter:
    """
    One message that nobody could handle.

    :ivar reason: `rejected` (unreadable, unknown, or its handler failed: the worker's log says how) or
        `delivery_limit` (handed out again and again, and never finished).
    :ivar queue: where it died, and where a replay brings it.
    """

    id: str
    task: str
    time: str
    reason: str
    queue: str
    routing_key: str
    bytes: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def waiting(app: Celery) -> list[DeadLetter]:
    """
    Give the service's dead letters, oldest first.

    :raises NoDeadLetters: not on RabbitMQ.
    """
    with _channel(app) as channel:
        letters = [_read(app, message) for message in _messages(app, channel)]
    if letters:
        _see_back(app, len(letters))
    return letters


def replay(app: Celery, ids: Collection[str] = ()) -> list[DeadLetter]:
    """
    Hand dead letters in again, all or those with these ids, and give them.

    Each goes to the queue where it died, and to nobody else. It keeps its id, so that an inbox which did handle it
    knows it; its count of tries starts anew. It leaves the dead letters only after the broker confirmed the copy.

    :raises NoDeadLetters: not on RabbitMQ.
    """
    replayed = []
    with _channel(app) as channel:
        for message in _messages(app, channel):
            letter = _read(app, message)
            if ids and letter.id not in ids:
                continue
            headers = {name: value for name, value in message.headers.items() if not name.startswith("x-")}
            message.properties["application_headers"] = headers | {
                "retries": 0,
                "eta": None,
                ROUTED_AS: letter.routing_key,
            }
            message.properties.pop("expiration", None)
            channel.basic_publish(
                Message(message.body, **message.properties), exchange="", routing_key=letter.queue, mandatory=True
            )
            channel.basic_ack(message.delivery_tag)
            replayed.append(letter)
    return replayed


@contextmanager
def _channel(app: Celery) -> Iterator[Any]:
    with app.connection_for_write() as connection:
        if connection.transport.driver_type != "amqp":
            raise NoDeadLetters(
                f"{connection.as_uri()} keeps no dead letters, only RabbitMQ does; see the worker's log for what failed"
            )
        channel: Any = connection.channel()
        declare(app, channel)
        # Closing it gives back everything that was taken and not acknowledged.
        yield channel
        channel.close()


def _see_back(app: Celery, count: int) -> None:
    # The broker puts them back in its own time. Who looks and then replays must not find an empty queue.
    deadline = time.monotonic() + BACK_WITHIN_SECONDS
    with _channel(app) as channel:
        while _count(app, channel) < count and time.monotonic() < deadline:
            time.sleep(0.01)


def _count(app: Celery, channel: Any) -> int:
    _, count, _ = channel.queue_declare(dead_letter_queue(app.main).name, passive=True)
    return int(count)


def _messages(app: Celery, channel: Any) -> Iterator[Any]:
    for _ in range(_count(app, channel)):
        message = channel.basic_get(dead_letter_queue(app.main).name)
        if message is None:
            return
        yield message


def _read(app: Celery, message: Any) -> DeadLetter:
    headers = message.headers or {}
    own = app.amqp.queues
    # The newest death comes first; waiting for another try counts as one, too, but happens in Celery's own queues.
    death: dict[str, Any] = next((each for each in headers.get("x-death", ()) if each["queue"] in own), {})
    return DeadLetter(
        id=str(headers.get("id") or message.properties.get("message_id") or f"#{message.delivery_tag}"),
        task=str(headers.get("task", "?")),
        time=iso(death["time"].replace(tzinfo=UTC)) if "time" in death else "?",
        reason=str(death.get("reason", "?")),
        queue=str(death.get("queue", app.conf.task_default_queue)),
        routing_key=str(headers.get(ROUTED_AS) or next(iter(death.get("routing-keys", ())), "?")),
        bytes=len(message.body),
    )
