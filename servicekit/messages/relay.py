"""
The relay publishes the messages of the outbox.

A row is marked only after the broker has confirmed its message, in the transaction that locked the row. A relay that
dies in between leaves the row unmarked, and the message is published twice; the consumers' inboxes ignore the second.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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
RETRY_PAUSE: Final = 0.5
PURGE_EVERY: Final = 60.0
RETENTION: Final = timedelta(days=7)
"""How long published rows are kept."""


class Relay:
    """
    Publishes until it is told to stop.

    On PostgreSQL several may run: each locks its rows. NOTIFY wakes them, and they also poll every second. On SQLite
    only one may run, and it polls 20 times a second.
    """

    def __init__(self, app: Celery, *, batch: int = BATCH):
        self.app = app
        self.batch = batch
        self.postgresql = connection.vendor == "postgresql"
        self.pause = 1.0 if self.postgresql else 0.05
        self.alive = Liveness("relay")
        self.purge_due = time.monotonic()
        broker: Any = app.connection_for_write()
        of_broker: tuple[type[Exception], ...] = (*broker.connection_errors, *broker.channel_errors, OSError, Refused)
        self.outages: tuple[type[Exception], ...] = (DatabaseError, InterfaceError, *of_broker)

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set; a batch that has begun is finished first."""
        while not stop.is_set():
            try:
                with self._connected() as to_broker:
                    while not stop.is_set():
                        full = self.publish_batch(to_broker) == self.batch
                        self.alive.touch()
                        self._purge_when_due()
                        if not full:
                            self._wait(stop)
            except self.outages as error:
                log.warning("cannot publish now, trying again in %.1f s: %r", RETRY_PAUSE, error)
                connection.close()
                self.alive.touch()
                stop.wait(RETRY_PAUSE)

    def publish_batch(self, to_broker: Publisher) -> int:
        """
        Publish the oldest rows that no other relay has locked; give their number.

        :raises Refused: the broker refused some of them; the others are marked.
        """
        # The network inside a transaction, against our rule: the locks keep other relays from these rows, and they end
        # with this process. SQLite has one writer at a time, and the web must not wait for our broker.
        with transaction.atomic() if self.postgresql else nullcontext():
            unpublished = outbox.model().objects.filter(published_at=None).order_by("id")
            rows = list(unpublished.select_for_update(skip_locked=True)[: self.batch])
            taken = to_broker.publish([wire_message(row) for row in rows]) if rows else set()
            if taken:
                ids = [rows[place].id for place in taken]
                outbox.model().objects.filter(id__in=ids).update(published_at=timezone.now())
        if len(taken) < len(rows):
            raise Refused(f"the broker refused {len(rows) - len(taken)} of {len(rows)} messages")
        return len(rows)

    @contextmanager
    def _connected(self) -> Iterator[Publisher]:
        # The publisher waits for the confirms of a batch, and `run` pauses. The timeout bounds the closing of a
        # connection to a broker that hangs.
        options = {"confirm_publish": False, "interval_start": 0, "interval_step": 0, "read_timeout": 3}
        with self.app.connection_for_write(transport_options=options) as broker:
            broker.connect()
            to_broker = publisher(self.app, broker)
            if self.postgresql:
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {outbox.CHANNEL}")
                    # A mark that is lost in a crash of the server means a message sent twice, which is allowed.
                    cursor.execute("SET synchronous_commit TO off")
            log.info("relaying from %s to %s", settings.OUTBOX_MODEL, broker.as_uri())
            yield to_broker

    def _wait(self, stop: threading.Event) -> None:
        if self.postgresql:
            with connection.wrap_database_errors:
                next(connection.connection.notifies(timeout=self.pause, stop_after=1), None)
        else:
            stop.wait(self.pause)

    def _purge_when_due(self) -> None:
        if time.monotonic() >= self.purge_due:
            more = outbox.purge(timezone.now() - RETENTION)
            self.purge_due = time.monotonic() + (0.0 if more else PURGE_EVERY)
