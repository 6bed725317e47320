"""The processes that Celery runs for a service: the worker, on threads, and the sender of periodic tasks."""

import logging
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from celery import Celery, signals
from celery.beat import EmbeddedService, PersistentScheduler
from celery.exceptions import CPendingDeprecationWarning
from django.conf import settings

from servicekit.base.liveness import Liveness


def run(app: Celery, *, concurrency: int, beat: bool) -> int:
    """Work until SIGTERM, which lets running tasks finish; give the exit code."""
    # Django's checks load every URL and serializer: a second of start that a worker has no use for.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    # Said at every loss of the broker, about a default that is to change in Celery 6.
    warnings.simplefilter("ignore", CPendingDeprecationWarning)
    signals.setup_logging.connect(_leave_logging_to_django)
    worker = app.Worker(
        pool="threads",
        concurrency=concurrency,
        loglevel="INFO",
        hostname=f"{app.main}@{socket.gethostname()}",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    with _periodic_tasks(app) if beat else nullcontext():
        worker.start()
    return int(worker.exitcode or 0)


class Scheduler(PersistentScheduler):
    """Celery's, which also shows that it is alive, for `beat --check`."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        self.alive = Liveness(settings.RUN_DIR, self.app.main, "beat")

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        self.alive.touch()
        return super().tick(*args, **kwargs)


@contextmanager
def _periodic_tasks(app: Celery) -> Iterator[None]:
    service: Any = EmbeddedService(app, thread=True, scheduler_cls=Scheduler, schedule_filename=_schedule(app))
    service.start()
    try:
        yield
    finally:
        service.stop()


def run_beat(app: Celery) -> int:
    """Send the periodic tasks to the work queue when they are due, until SIGTERM. One of these per service."""
    signals.setup_logging.connect(_leave_logging_to_django)
    app.Beat(
        loglevel="INFO", scheduler_cls="servicekit.messages.worker:Scheduler", schedule=_schedule(app), quiet=True
    ).run()
    return 0


def _schedule(app: Celery) -> str:
    """Where beat remembers what it sent when."""
    folder = Path(settings.RUN_DIR) / app.main
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "beat-schedule")


def _leave_logging_to_django(**_: Any) -> None:
    """Celery sets up logging of its own unless somebody listens to this signal."""
    # One line a task, at its end, is enough.
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
