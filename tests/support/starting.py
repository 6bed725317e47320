"""What every way of starting a server shares: a report, a deadline, and being told to stop meanwhile."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.errors import Unusable

PREFIX = "shop-servers-"
STOP = threading.Event()
"""Set when this process was told to end: whoever waits for a server stops waiting."""


class Interrupted(Exception):
    """This process was told to end while servers were starting."""


@dataclass(frozen=True)
class Started:
    """A server that this run can use."""

    title: str
    how: str
    seconds: float
    addresses: dict[str, str]
    version: str = ""
    stop: Callable[[], None] = lambda: None
    restart: Callable[[], dict[str, str]] = dict
    """End it, start it on the data that it had, and give its addresses anew; only for a server of one's own."""

    def __str__(self) -> str:
        name = f"{self.title} {self.version}".strip()
        return f"{name}: {self.how}, {self.seconds:.1f} s"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Where this process's servers keep their data; removed with the block, or by a later run if this one is killed."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # PostgreSQL's account must be able to pass
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what a killed process left; its servers died with it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def wait_until_usable(probe: Callable[[], str], *, within: float, still_alive: Callable[[], None]) -> str:
    """
    Ask a new server until it answers.

    :param still_alive: raises when the server has ended, so that nobody waits for the dead.
    :returns: the server's version.
    :raises Unusable: it did not answer in time, or is too old.
    """
    deadline = time.monotonic() + within
    while True:
        # Waiting comes first: one whose port is taken ends now, and whoever has it might keep the probe waiting.
        if STOP.wait(0.05):
            raise Interrupted
        still_alive()
        try:
            return probe()
        except Unusable as no:
            if "too old" in str(no) or time.monotonic() > deadline:
                raise
