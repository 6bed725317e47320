"""
Exchanges, queues and the Celery app of a service.

Every queue is a quorum queue: it survives a broker's crash, counts deliveries, and hands what nobody could handle to
`<service>.dead-letters`, at least once. A service binds its events queue to exactly the events that it hears, never
with wildcards: a new event of a neighbour must do no harm.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from celery import Celery, Task
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from kombu import Exchange, Queue, binding
from kombu.transport import TRANSPORT_ALIASES

from servicekit.base.telemetry import bound_request_id
from servicekit.messages.outbox import EXCHANGE, work_queue

EVENTS: Final = Exchange(EXCHANGE, type="topic", durable=True)
DELIVERY_LIMIT: Final = 20
"""A message that came back this often (workers died of it, or the database was away) is a dead letter."""

TRANSPORT_ALIASES["filesystem"] = "servicekit.messages.folder_broker:Transport"


class ServiceTask(Task[..., Any]):
    """What every task of a service does beyond its own work."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Work under the request id that the message brought; while the database is away, try again later."""
        # As Django does around a request: connections that broke or grew old are replaced, good ones are kept.
        close_old_connections()
        with bound_request_id((self.request.headers or {}).get("request_id")):
            try:
                return self.run(*args, **kwargs)
            except (OperationalError, InterfaceError) as error:
                # About eight minutes in all; then a dead letter.
                raise self.retry(exc=error, countdown=min(2**self.request.retries, 30), max_retries=20) from error
            finally:
                close_old_connections()


def make_app(service: str, *, hears: Sequence[str]) -> Celery:
    """
    Make the Celery app of `<service>/celery_app.py`.

    :param service: the service's package; its modules `consumers` and `tasks` are loaded by the worker.
    :param hears: the types of events it consumes, each by a function in `consumers` (see `consuming.consumes`).
    """
    name = service.rpartition(".")[2]
    app = Celery(name, task_cls="servicekit.messages.messaging:ServiceTask")
    app.conf.update(
        # Kombu logs a warning for an address without a host.
        broker_url="filesystem://localhost" if settings.BROKER_URL == "filesystem://" else settings.BROKER_URL,
        broker_transport_options=_transport_options(settings.BROKER_URL, Path(settings.RUN_DIR)),
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,
        task_queues=queues(name, hears),
        task_create_missing_queues=False,
        task_default_queue=work_queue(name),
        task_default_exchange=work_queue(name),
        task_default_exchange_type="topic",
        task_default_routing_key=work_queue(name),
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        timezone="UTC",
        # A message is done when its work is: a worker that dies in between hands it back.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # What fails goes to the dead letters instead of being forgotten.
        task_acks_on_failure=False,
        task_acks_on_timeout=False,
        # Celery would open a database connection for every task; ServiceTask looks after them.
        CELERY_DB_REUSE_MAX=sys.maxsize,
        beat_max_loop_interval=5,
        worker_consumer="servicekit.messages.worker_loop:Consumer",
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=10.0,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    app.autodiscover_tasks([service], related_name="consumers")
    app.autodiscover_tasks([service], related_name="tasks")
    return app


def queues(service: str, hears: Sequence[str]) -> list[Queue]:
    """Give the queues that the service's worker reads."""
    work = work_queue(service)
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letter_queue(service).name,
        "x-dead-letter-strategy": "at-least-once",
    }
    # Celery's delays need a topic exchange; it is the service's own, so that a retry reaches nobody else.
    found = [Queue(work, Exchange(work, type="topic"), routing_key=work, queue_arguments=arguments)]
    if hears:
        bindings = [binding(EVENTS, routing_key=each) for each in hears]
        events = Queue(f"{service}.events", routing_key=hears[0], bindings=bindings, queue_arguments=arguments)
        # Kombu sets it to nothing when there are bindings, and then Celery to its default: our work exchange.
        events.exchange = EVENTS
        found.append(events)
    return found


def dead_letter_queue(service: str) -> Queue:
    """Give the queue of what nobody could handle; it has no delivery limit to speak of, for looking is no harm."""
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
    return Queue(f"{service}.dead-letters", routing_key=f"{service}.dead-letters", queue_arguments=arguments)


def declare(app: Celery, channel: Any) -> None:
    """Make sure that the broker has the exchange of all, and the queues of this service."""
    EVENTS.bind(channel).declare()
    dead = [dead_letter_queue(app.main)] if channel.connection.client.transport.driver_type == "amqp" else []
    for queue in (*dead, *app.amqp.queues.values()):
        queue.bind(channel).declare()


def _transport_options(broker_url: str, run_dir: Path) -> dict[str, Any]:
    if broker_url.startswith("amqp"):
        return {"confirm_publish": True}
    if broker_url.startswith("filesystem"):
        folder = run_dir / "broker"
        folder.mkdir(parents=True, exist_ok=True)
        return {"folder": str(folder), "polling_interval": 0.05}
    return {"polling_interval": 0.05}
