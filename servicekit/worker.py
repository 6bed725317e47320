"""
The worker: Celery's, on threads, with three changes.

- What cannot be decoded is rejected, and so ends in the dead letters; Celery would acknowledge and forget it, or,
  for some shapes, die of it.
- Retries wait in RabbitMQ (Celery's native delayed delivery), for the work queue only: Celery would bind the events
  queue too, with a wildcard.
- A file is touched every few seconds while the loop runs, for `worker --check` and so for a container's healthcheck.
"""

import logging
import os
from pathlib import Path
from typing import Any, ClassVar, Final

from celery import Celery, bootsteps, signals
from celery.beat import EmbeddedService
from celery.worker import consumer
from django.conf import settings
from kombu import Message
from kombu.transport.native_delayed_delivery import (
    bind_queue_to_native_delayed_delivery_exchange,
    declare_native_delayed_delivery_exchanges_and_queues,
)

from servicekit.liveness import Liveness
from servicekit.messaging import declare

log = logging.getLogger(__name__)

CELERYS_DELAYS: Final = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class Delays(bootsteps.StartStopStep):  # type: ignore[misc]
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


class Alive(bootsteps.StartStopStep):  # type: ignore[misc]
    """Touches the liveness file from the loop that also reads the queues."""

    requires = (consumer.Tasks,)

    def start(self, parent: Any) -> None:
        alive = Liveness(settings.RUN_DIR, parent.app.main, "worker")
        alive.touch()
        self.entry = parent.timer.call_repeatedly(Liveness.EVERY, alive.touch)

    def stop(self, parent: Any) -> None:
        parent.timer.cancel(self.entry)


class Consumer(consumer.Consumer):  # type: ignore[misc]
    class Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc]
        default_steps: ClassVar = [
            *(step for step in consumer.Consumer.Blueprint.default_steps if step != CELERYS_DELAYS),
            "servicekit.worker:Delays",
            "servicekit.worker:Alive",
        ]

    def create_task_handler(self, *args: Any, **options: Any) -> Any:
        handle = super().create_task_handler(*args, **options)

        def handle_or_reject(message: Message) -> None:
            try:
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


def run(app: Celery, *, concurrency: int, beat: bool) -> int:
    """Work until SIGTERM, which lets running tasks finish; give the exit code."""
    # Django's checks load every URL and serializer: a second of start that a worker has no use for.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    signals.setup_logging.connect(_leave_logging_to_django)
    worker = app.Worker(
        pool="threads",
        concurrency=concurrency,
        loglevel="INFO",
        hostname=f"{app.main}@%h",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    periodic = EmbeddedService(app, thread=True, schedule_filename=_schedule(app)) if beat else None
    if periodic:
        periodic.start()
    try:
        worker.start()
    finally:
        if periodic:
            periodic.stop()
    return int(worker.exitcode or 0)


def run_beat(app: Celery) -> int:
    """Send the periodic tasks to the work queue when they are due, until SIGTERM. One of these per service."""
    signals.setup_logging.connect(_leave_logging_to_django)
    app.Beat(loglevel="INFO", schedule=_schedule(app), quiet=True).run()
    return 0


def _schedule(app: Celery) -> str:
    """Where beat remembers what it sent when."""
    folder = Path(settings.RUN_DIR) / app.main
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "beat-schedule")


def _leave_logging_to_django(**_: Any) -> None:
    """Celery sets up logging of its own unless somebody listens to this signal."""
