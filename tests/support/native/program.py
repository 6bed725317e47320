"""A server program of this machine, started with a free port, a folder and a password of its own."""

import os
import secrets
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

from tests.support import probes
from tests.support.addresses import TITLES
from tests.support.errors import ServersUnavailable, Unusable
from tests.support.spawning import free_port, spawn
from tests.support.starting import Started, wait_until_usable

ATTEMPTS = 3
PORT_TAKEN = ("Address already in use", "address already in use", "eaddrinuse")


class PortTaken(Exception):
    """Another process took the port first."""


class Program:
    """
    Derive one class for each server program.

    :cvar server: the server's name in `addresses.ADDRESSES_OF`.
    :cvar package: Debian's package.
    """

    server: str
    package: str
    kill_signal = signal.SIGKILL

    def __init__(self, folder: Path):
        self.folder = folder / self.server
        self.log = self.folder.with_suffix(".log")
        self.title = TITLES[self.server]
        self.password = secrets.token_urlsafe(12)
        self.account: str | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.ports: list[int] = []

    @classmethod
    def executable(cls) -> str | None:
        """The path of the program, if it is installed."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Do what is needed before the first start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """The variables for the program, added to this process's."""
        return {}

    def addresses(self) -> dict[str, str]:
        raise NotImplementedError

    def start(self, cancelled: Event) -> Started:
        """:raises ServersUnavailable: it does not start; the text has the end of its log."""
        began = time.monotonic()
        self.folder.mkdir()
        self.prepare()
        for _ in range(ATTEMPTS):
            self.ports = [free_port() for _ in range(4)]
            try:
                version = self._start_once(cancelled)
            except PortTaken:
                continue
            how, seconds = f"started on port {self.ports[0]}", time.monotonic() - began
            return Started(self.title, how, seconds, self.addresses(), version, self.stop, self.restart)
        raise ServersUnavailable(
            f"{self.title}: port {self.ports[0]} was taken, and {ATTEMPTS - 1} others before. "
            "See which process listens there (ss -ltnp), or start fewer things at once."
        )

    def restart(self) -> dict[str, str]:
        """End it as a crash would, and start it on the same ports with its data."""
        self.stop()
        self._start_once(Event())
        return self.addresses()

    def stop(self) -> None:
        """End it and its children at once: its data is deleted anyway."""
        if self.process is None:
            return
        self.process.send_signal(self.kill_signal)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        # Children would otherwise still write while the folder is removed.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _start_once(self, cancelled: Event) -> str:
        with self.log.open("wb") as log:
            self.process = spawn(self.command(), account=self.account, environment=self.environment(), log=log,
                                 death_signal=self.kill_signal)  # fmt: skip
        probe = getattr(probes, self.server)
        try:
            return wait_until_usable(
                lambda: probe(*self.addresses().values()), check_runs=self._check_runs, cancelled=cancelled
            )
        except Unusable as error:
            self.stop()
            raise ServersUnavailable(f"{error}\n{self._end_of_log()}") from error
        except Exception:
            self.stop()
            raise

    def _check_runs(self) -> None:
        assert self.process
        if self.process.poll() is None:
            return
        log = self._end_of_log()
        if any(words in log for words in PORT_TAKEN):
            raise PortTaken
        raise ServersUnavailable(f"{self.title} ended with code {self.process.returncode}:\n{log}")

    def _end_of_log(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join(f"    {line}" for line in lines)
