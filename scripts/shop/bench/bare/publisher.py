"""A bare publisher to compare the relay with: py-amqp alone, without reading or marking rows."""

import time
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import amqp

EXCHANGE, ROUTING_KEY, QUEUE = "events", "order.placed", "bench"
BATCH = 500
TIMEOUT_SECONDS = 10


class Publisher:
    """Publishes to a quorum queue of its own, like those of the services."""

    def __init__(self, url: str):
        where = urlsplit(url)
        self._connection = amqp.Connection(
            host=f"{where.hostname}:{where.port or 5672}",
            userid=unquote(where.username or "guest"),
            password=unquote(where.password or "guest"),
            virtual_host=where.path.removeprefix("/"),
        )
        self._channel: Any = None  # typed only in part
        self._sent = 0
        self._unconfirmed: set[int] = set()

    def __enter__(self) -> Self:
        self._connection.connect()
        self._channel = self._connection.channel()
        self._channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        self._channel.queue_declare(
            QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum", "x-overflow": "reject-publish"}
        )
        self._channel.queue_bind(QUEUE, EXCHANGE, ROUTING_KEY)
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def take_one(self) -> amqp.Message:
        """The oldest message in the queue, to be sent again as it is."""
        found = self._channel.basic_get(QUEUE, no_ack=True)
        return amqp.Message(found.body, **found.properties)

    def publish(self, message: amqp.Message, count: int) -> float:
        """Seconds until the broker confirmed the last of so many."""
        self.forget_all()
        started = time.perf_counter()
        for first in range(0, count, BATCH):
            self._publish_batch(message, min(BATCH, count - first))
        return time.perf_counter() - started

    def waiting(self) -> int:
        """How many messages the queue holds."""
        return int(self._channel.queue_declare(QUEUE, passive=True).message_count)

    def forget_all(self) -> None:
        self._channel.queue_purge(QUEUE)

    def _publish_batch(self, message: amqp.Message, size: int) -> None:
        for _ in range(size):
            self._sent += 1
            self._unconfirmed.add(self._sent)
            self._channel.basic_publish(message, exchange=EXCHANGE, routing_key=ROUTING_KEY)
        while self._unconfirmed:
            self._connection.drain_events(timeout=TIMEOUT_SECONDS)

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._unconfirmed -= {each for each in self._unconfirmed if each <= tag} if multiple else {tag}
