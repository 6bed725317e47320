"""The Celery app of a service."""

import logging
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from celery import Celery, Task
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from kombu.transport import TRANSPORT_ALIASES

from servicekit.base.telemetry import bound_request_id
from servicekit.messages.folder_broker import transport_options
from servicekit.messages.queues import queues
from servicekit.messages.wire import work_queue

TRANSPORT_ALIASES["filesystem"] = "servicekit.messages.folder_broker:Transport"


LONGEST_PAUSE = 8  # seconds between two attempts while the database is unavailable

logger = logging.getLogger("servicekit.tasks")


class ServiceTask(Task[..., Any]):
    """The base class of every task."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run under the message's request id; try again until the database is available."""
        # As Django does around a request: closes connections that are broken or too old.
        close_old_connections()
        with bound_request_id((self.request.headers or {}).get("request_id")):
            started = time.perf_counter()
            try:
                return self.run(*args, **kwargs)
            except (OperationalError, InterfaceError) as error:
                pause = min(2**self.request.retries, LONGEST_PAUSE)
                logger.warning("the database is down, trying again in %s s: %s", pause, type(error).__name__)
                # To the service's own queue, also from the events queue: the exchange would give it to every service.
                queue = self.app.conf.task_default_queue
                raise self.retry(exc=error, countdown=pause, max_retries=None, queue=queue) from error
            finally:
                seconds = round(time.perf_counter() - started, 4)
                logger.info("task", extra={"task": self.name, "task_id": self.request.id, "seconds": seconds})
                close_old_connections()


def make_app(service: str, *, hears: Sequence[str]) -> Celery:
    """
    Make the Celery app of `<service>/celery_app.py`.

    :param service: the service's package; the worker imports its modules `consumers` and `tasks`.
    :param hears: the types of events that it consumes, each by a function in `consumers` (see `consuming.consumes`).
    """
    name = service.rpartition(".")[2]
    app = Celery(name, task_cls="servicekit.messages.app:ServiceTask")
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
        # A message is acknowledged after its task has ended: if the worker dies, it is delivered again.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # A failed message is rejected, so RabbitMQ moves it to the dead letters.
        task_acks_on_failure=False,
        task_acks_on_timeout=False,
        # Celery would open a database connection for every task; ServiceTask closes those that must not be kept.
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


def service_app() -> Celery:
    """Give the app of the service that is running: `app` in its `celery_app.py`."""
    app: Celery = import_module(f"{settings.SERVICE}.celery_app").app
    return app


def _transport_options(broker_url: str, run_dir: Path) -> dict[str, Any]:
    if broker_url.startswith("amqp"):
        return {"confirm_publish": True}
    if broker_url.startswith("filesystem"):
        return transport_options(run_dir / "broker")
    return {"polling_interval": 0.05}
