"""
Celery's consumer loop, with four changes.

- A message that cannot be decoded is rejected, so it becomes a dead letter. Celery would acknowledge it and log it; on
  some messages it would end, others it would never acknowledge.
- Delayed retries are declared for the work queue only. Celery would also bind the events queue, with a wildcard.
- A lost broker is tried again every two seconds. Celery's pauses grow to half a minute.
- A file is touched every few seconds, for `worker --check`.
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
    """Declares the service's queues, and the delay queues that lead back to its work queue."""

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
    """Touches the liveness file, from the loop that also reads the queues."""

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
        """Connect, however long the broker is down."""

        def tell(error: Exception, pause: float) -> None:
            log.warning("the broker is down, trying again in %.1f s: %r", pause, error)

        return conn.ensure_connection(tell, interval_start=1, interval_step=1, interval_max=2, callback=maybe_shutdown)

    def create_task_handler(self, *args: Any, **options: Any) -> Any:
        handle = super().create_task_handler(*args, **options)

        def handle_or_reject(message: Message) -> None:
            try:
                require_task_message(message)
                handle(message)
            except self.connection_errors:
                raise
            except Exception as error:  # noqa: BLE001 - no message, of whatever shape, may end the worker
                self.on_decode_error(message, error)

        return handle_or_reject

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        log.error("unreadable message of %d bytes, rejected: %r", len(message.body or ""), exc)
        if not message.acknowledged:
            message.reject_log_error(log, self.connection_errors)


def require_task_message(message: Message) -> None:
    """
    Refuse messages that no service of ours sends. Some of them Celery would never acknowledge.

    :raises Exception: of many classes, because a message can be malformed in many ways.
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
        raise UnreadableMessage("an event has neither a start time nor an expiry")
