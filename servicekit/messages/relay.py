"""
The relay: takes what waits in the outbox to the broker.

A row is marked only after the broker confirmed it, in the transaction that claimed it. A relay that dies in between
leaves the row, and the message goes out twice: the inboxes of those who hear it are made for that.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any, Final

from celery import Celery
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from servicekit.base.liveness import Liveness
from servicekit.messages import outbox
from servicekit.messages.publishing import Publisher, Refused, publisher
from servicekit.messages.wire import wire_message

log = logging.getLogger(__name__)

BATCH: Final = 500
PURGE_EVERY: Final = 60.0
LONGEST_PAUSE: Final = 2.0


class Relay:
    """
    Publishes until it is told to stop.

    Several may run on one PostgreSQL: each claims rows that no other holds. On SQLite there must be only one.

    :param listens: PostgreSQL says when something waits (NOTIFY), and looking every second is the safety net;
        SQLite says nothing, so we look 20 times a second.
    """

    def __init__(self, app: Celery, *, batch: int = BATCH):
        self.app = app
        self.batch = batch
        self.outbox = outbox.model()
        self.listens = connection.vendor == "postgresql"
        self.pause = 1.0 if self.listens else 0.05
        self.alive = Liveness("relay")
        self.purge_due = time.monotonic()
        broker: Any = app.connection_for_write()
        of_broker: tuple[type[Exception], ...] = (*broker.connection_errors, *broker.channel_errors, OSError, Refused)
        self.outages: tuple[type[Exception], ...] = (DatabaseError, InterfaceError, *of_broker)

    def run(self, stop: threading.Event) -> None:
        """Publish what waits, and what comes, until `stop` is set; a batch under way is finished first."""
        trouble = 0
        while not stop.is_set():
            try:
                with self._connected() as to_broker:
                    while not stop.is_set():
                        full = self.publish_batch(to_broker) == self.batch
                        trouble = 0
                        self.alive.touch()
                        self._purge_when_due()
                        if not full:
                            self._wait(stop)
            except self.outages as error:
                pause = min(0.1 * 2**trouble, LONGEST_PAUSE)
                log.warning("cannot publish now, trying again in %.1f s: %r", pause, error)
                trouble += 1
                connection.close()
                self.alive.touch()
                stop.wait(pause)

    def publish_batch(self, to_broker: Publisher) -> int:
        """
        Publish the oldest rows that wait and that no other relay holds; give how many.

        :raises Refused: the broker did not take all; those that it took are marked.
        """
        # The broker is spoken to inside the transaction, against our rule: its locks are what keeps other relays
        # from these rows, and they go with us if we die.
        with self._claim():
            waiting = self.outbox.objects.filter(published_at=None).order_by("id").select_for_update(skip_locked=True)
            rows = list(waiting[: self.batch])
            taken = to_broker.publish([wire_message(row) for row in rows]) if rows else set()
            if taken:
                ids = [rows[place].id for place in taken]
                self.outbox.objects.filter(id__in=ids).update(published_at=timezone.now())
        if len(taken) < len(rows):
            raise Refused(f"the broker refused {len(rows) - len(taken)} of {len(rows)} messages")
        return len(rows)

    def _claim(self) -> AbstractContextManager[None]:
        # SQLite has one writer at a time: the web must not wait for our broker.
        return transaction.atomic() if self.listens else nullcontext()

    @contextmanager
    def _connected(self) -> Iterator[Publisher]:
        # Confirms are waited for by the batch, and pauses are ours. Taking leave of a broker that hangs is bounded.
        options = {"confirm_publish": False, "interval_start": 0, "interval_step": 0, "read_timeout": 3}
        with self.app.connection_for_write(transport_options=options) as broker:
            broker.connect()
            to_broker = publisher(self.app, broker)
            if self.listens:
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {outbox.CHANNEL}")
                    # A mark that a crash of the server takes back is a message sent twice, which is allowed.
                    cursor.execute("SET synchronous_commit TO off")
            log.info("relaying from %s to %s", settings.OUTBOX_MODEL, broker.as_uri())
            yield to_broker

    def _wait(self, stop: threading.Event) -> None:
        if self.listens:
            with connection.wrap_database_errors:
                next(connection.connection.notifies(timeout=self.pause, stop_after=1), None)
        else:
            stop.wait(self.pause)

    def _purge_when_due(self) -> None:
        if time.monotonic() >= self.purge_due:
            more = outbox.purge(timezone.now() - getattr(settings, "OUTBOX_RETENTION", timedelta(days=7)))
            self.purge_due = time.monotonic() + (0.0 if more else PURGE_EVERY)
