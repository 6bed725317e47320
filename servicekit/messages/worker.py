"""Celery's processes: the worker, on threads, and beat, which sends the periodic tasks."""

import logging
import os
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


def run_worker(app: Celery, *, beat: bool) -> int:
    """Run tasks until SIGTERM, which lets running tasks finish; give the exit code."""
    # Celery would run Django's checks, which import every URL and serializer: a second that a worker does not need.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    # Celery warns at every lost connection that a default changes in Celery 6.
    warnings.simplefilter("ignore", CPendingDeprecationWarning)
    signals.setup_logging.connect(_leave_logging_to_django)
    worker = app.Worker(
        pool="threads",
        concurrency=settings.WORKER_CONCURRENCY,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    with _embedded_beat(app) if beat else nullcontext():
        worker.start()
    return int(worker.exitcode or 0)


def run_beat(app: Celery) -> None:
    """Send the periodic tasks to the work queue when they are due, until SIGTERM."""
    signals.setup_logging.connect(_leave_logging_to_django)
    app.Beat(scheduler_cls="servicekit.messages.worker:Scheduler", schedule=_schedule(), quiet=True).run()


class Scheduler(PersistentScheduler):
    """Celery's scheduler, which also touches the file of `beat --check`."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        self.alive = Liveness("beat")

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        self.alive.touch()
        return super().tick(*args, **kwargs)


@contextmanager
def _embedded_beat(app: Celery) -> Iterator[None]:
    service: Any = EmbeddedService(app, thread=True, scheduler_cls=Scheduler, schedule_filename=_schedule())
    service.start()
    try:
        yield
    finally:
        service.stop()


def _schedule() -> str:
    """Give the file in which beat stores when it sent each task."""
    folder = Path(settings.RUN_DIR) / settings.SERVICE
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / "beat-schedule")


def _leave_logging_to_django(**_: Any) -> None:
    """Celery sets up its own logging unless this signal has a receiver."""
    # One line per task, at its end, is enough.
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
