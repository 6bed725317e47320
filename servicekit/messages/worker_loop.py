"""
The worker's loop: Celery's, with four changes.

- What cannot be decoded is rejected, and so ends in the dead letters; Celery would acknowledge and forget it, or,
  for some shapes, die of it or keep it for ever.
- Retries wait in RabbitMQ (Celery's native delayed delivery), for the work queue only: Celery would bind the events
  queue too, with a wildcard.
- A broker that is back is noticed within two seconds.
- A file is touched every few seconds, for `worker --check` and so for a container's healthcheck.
"""

import logging
from typing import Any, ClassVar, Final

from celery import Celery, bootsteps
from celery.worker import consumer
from celery.worker.state import maybe_shutdown
from kombu import Connection, Message
from kombu.transport.native_delayed_delivery import (
    bind_queue_to_native_delayed_delivery_exchange,
    declare_native_delayed_delivery_exchanges_and_queues,
)

from servicekit.base.liveness import Liveness
from servicekit.messages.events import UnreadableMessage
from servicekit.messages.queues import EVENTS, declare

log = logging.getLogger(__name__)

CELERYS_DELAYS: Final = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class Delays(bootsteps.StartStopStep):
    """Declares the dead letters, and the way back into the work queue for what waits for another try."""

    requires = (consumer.Tasks,)

    def include_if(self, parent: Any) -> bool:
        return bool(parent.app.connection_for_read().transport.driver_type == "amqp")

    def start(self, parent: Any) -> None:
        app: Celery = parent.app
        work_queue = app.amqp.queues[app.conf.task_default_queue]
        with app.connection_for_write() as connection:
            declare(app, connection.default_channel)
            declare_native_delayed_delivery_exchanges_and_queues(connection, "quorum")
            bind_queue_to_native_delayed_delivery_exchange(connection, work_queue)


class Alive(bootsteps.StartStopStep):
    """Touches the liveness file from the loop that also reads the queues."""

    requires = (consumer.Tasks,)

    def start(self, parent: Any) -> None:
        alive = Liveness("worker")
        alive.touch()
        self.entry = parent.timer.call_repeatedly(Liveness.EVERY, alive.touch)

    def stop(self, parent: Any) -> None:
        parent.timer.cancel(self.entry)


class Consumer(consumer.Consumer):
    connection_errors: tuple[type[Exception], ...]

    class Blueprint(consumer.Consumer.Blueprint):  # type: ignore[valid-type, misc]
        default_steps: ClassVar = [
            *(step for step in consumer.Consumer.Blueprint.default_steps if step != CELERYS_DELAYS),
            "servicekit.messages.worker_loop:Delays",
            "servicekit.messages.worker_loop:Alive",
        ]

    def ensure_connected(self, conn: Connection) -> Connection:
        """Connect, however long it takes. Celery's pauses grow to half a minute, ours to two seconds."""

        def say(error: Exception, pause: float) -> None:
            log.warning("the broker is down, trying again in %.1f s: %r", pause, error)

        return conn.ensure_connection(say, interval_start=1, interval_step=1, interval_max=2, callback=maybe_shutdown)

    def create_task_handler(self, *args: Any, **options: Any) -> Any:
        handle = super().create_task_handler(*args, **options)

        def handle_or_reject(message: Message) -> None:
            try:
                require_task_message(message)
                handle(message)
            except self.connection_errors:
                raise
            except Exception as error:  # noqa: BLE001 - a message of any shape must not end the worker
                self.on_decode_error(message, error)

        return handle_or_reject

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        log.error("unreadable message of %d bytes, rejected: %r", len(message.body or ""), exc)
        if not message.acknowledged:
            message.reject_log_error(log, self.connection_errors)


def require_task_message(message: Message) -> None:
    """
    Refuse what no service of ours sends; on some of it Celery would leave the message in its hand for ever.

    :raises Exception: of many classes, as the ways of being malformed are.
    """
    headers = message.headers
    args, kwargs, embedded = message.payload
    if not (isinstance(headers["task"], str) and isinstance(headers["id"], str)):
        raise UnreadableMessage("task and id should be text")
    if not (isinstance(args, list) and isinstance(kwargs, dict) and isinstance(embedded, dict)):
        raise UnreadableMessage("the body should be [args, kwargs, {}]")
    if any(embedded.values()):
        raise UnreadableMessage("chains, groups and callbacks are not used here")
    if message.delivery_info["exchange"] == EVENTS.name and (headers.get("eta") or headers.get("expires")):
        raise UnreadableMessage("an event has neither a time to wait for nor one to be forgotten at")
