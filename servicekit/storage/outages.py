"""Going through a time in which the database is away."""

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")

log = logging.getLogger(__name__)

PATIENCE: Final = 30.0
"""Seconds that we wait with something in our hand for a database that is away."""


def through_outages(work: Callable[[], T], *, clock: Callable[[], float] = time.monotonic) -> T:
    """
    Do something that only the database may keep from working, outside a transaction; while it is away, try again.

    :raises OperationalError, InterfaceError: it stayed away for PATIENCE seconds.
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
            log.warning("the database is away, trying again in %.1f s: %s", pause, error)
            time.sleep(pause)
            pause = min(pause * 2, 2.0)
