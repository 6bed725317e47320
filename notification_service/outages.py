"""Work that waits for a database that is down."""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")

log = logging.getLogger(__name__)

PATIENCE: Final = 30.0
"""Seconds for which the work is tried again."""


def retry_while_database_is_down(work: Callable[[], T], *, clock: Callable[[], float] = time.monotonic) -> T:
    """
    Do some work, again and again while the database is down. Call it outside a transaction.

    :raises OperationalError, InterfaceError: the database was down for PATIENCE seconds.
    """
    deadline = clock() + PATIENCE
    pause = 0.1
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if clock() + pause > deadline:
                raise
            log.warning("the database is down, trying again in %.1f s: %s", pause, error)
            time.sleep(pause)
            pause = min(pause * 2, 2.0)
