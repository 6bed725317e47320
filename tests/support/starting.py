"""What all ways of starting a server share."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.support.errors import Cancelled, Unusable

START_SECONDS = 120.0
"""For one server to start, on a machine that is busy."""
PREFIX = "shop-servers-"


@dataclass(frozen=True)
class Started:
    """
    A server that this run can use.

    :param restart: ends it, starts it with its data, and gives its new addresses; only for a server of a single test.
    """

    title: str
    how: str
    seconds: float
    addresses: dict[str, str]
    version: str = ""
    stop: Callable[[], None] = lambda: None
    restart: Callable[[], dict[str, str]] = dict

    def __str__(self) -> str:
        name = f"{self.title} {self.version}".strip()
        return f"{name}: {self.how}, {self.seconds:.1f} s"


Start = Callable[[Event], Started]
"""Starts a server, or raises ServersUnavailable, or Cancelled once the event is set."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for the data of servers, removed after the block; a later run removes what a killed one left."""
    _remove_left_folders()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # for PostgreSQL's account
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_folders() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if process.isdigit() and not _exists(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until_usable(probe: Callable[[], str], *, check_runs: Callable[[], None], cancelled: Event) -> str:
    """
    Probe a new server until it answers, and return its version.

    :param check_runs: raises when the server has ended.
    :raises Unusable: it did not answer in time, or is too old.
    :raises Cancelled: the event was set.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        # Wait before the first probe: when the port is taken, the server ends now, and the probe would ask a stranger.
        if cancelled.wait(0.05):
            raise Cancelled
        check_runs()
        try:
            return probe()
        except Unusable as error:
            if "too old" in str(error) or time.monotonic() > deadline:
                raise
