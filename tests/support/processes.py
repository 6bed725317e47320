"""A service's own processes, as in production: `python -m order_service worker`."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import requests

from servicekit.testing import eventually
from tests.support.spawning import free_port, spawn

ROOT = Path(__file__).parents[2]


class Process:
    """A running process, and the file that is its log."""

    def __init__(self, command: list[str], *, environment: dict[str, str], log: Path):
        self.name = " ".join(command)
        self.log = log
        with log.open("ab") as file:
            self.process = spawn([sys.executable, "-m", *command], environment=environment, log=file, cwd=ROOT)
        self.pid = self.process.pid
        self.url = environment.get("OWN_URL", "")
        self.run_dir = Path(environment["RUN_DIR"])

    def times_said(self, text: str) -> int:
        """How often a text is in the log."""
        return self.log.read_text(errors="replace").count(text)

    def said(self, text: str) -> bool:
        return self.times_said(text) > 0

    def will_say(self, text: str) -> Callable[[], bool]:
        """A function that returns whether a text was added to the log since now."""
        before = self.times_said(text)
        return lambda: self.times_said(text) > before

    def wait_until(self, ready: Callable[["Process"], bool], *, within: float) -> None:
        """
        :raises AssertionError: it ended, or is not ready in time; with the end of its log.
        """

        def runs_and_is_ready() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with code {self.process.returncode}\n{self.log_end()}")
            return ready(self)

        try:
            eventually(runs_and_is_ready, within=within, every=0.05)
        except AssertionError as error:
            raise AssertionError(f"{self.name} is not ready after {within} s\n{self.log_end()}") from error

    def kill(self) -> None:
        """End it and its children with SIGKILL, as a crash does."""
        self._signal_group(signal.SIGKILL)
        self.process.wait()

    def stop(self, *, within: float = 15) -> int:
        """
        End it with SIGTERM, and return its exit code.

        :raises AssertionError: it did not end in time, and was killed.
        """
        self.process.terminate()
        try:
            return self.process.wait(timeout=within)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise AssertionError(f"{self.name} did not end {within} s after SIGTERM\n{self.log_end()}") from error

    def freeze(self) -> None:
        """Stop it and its children, as a paused machine does, until `thaw`."""
        self._signal_group(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_group(signal.SIGCONT)

    def log_end(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(self.pid, number)


def answers_health(process: Process) -> bool:
    """Whether a web process says on its health page that it is ready."""
    try:
        return requests.get(f"{process.url}/health/", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def is_ready(process: Process) -> bool:
    """Whether a process is ready: a web process by its health page, others by the file of their healthcheck."""
    return answers_health(process) if process.url else any(process.run_dir.glob("*/*.alive"))


class Starter:
    """Starts processes with the servers of the environment, each in its own folder, and ends them after the block."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.started: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.started:
            process.kill()

    def __call__(
        self,
        module: str,
        role: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        until: Callable[[Process], bool] | None = is_ready,
        within: float = 30,
    ) -> Process:
        """
        Start `python -m module role arguments`.

        :param environment: variables that differ from this process's, such as BROKER_URL.
        :param until: a function that returns whether the process is ready; None: do not wait.
        """
        port = free_port()
        own = {f"{module.upper()}_PORT": str(port), "OWN_URL": f"http://127.0.0.1:{port}"} if role == "serve" else {}
        folder = self.folder / f"{module}-{role}-{len(self.started)}"
        folder.mkdir()
        own |= {"RUN_DIR": str(folder), **(environment or {})}
        process = Process([module, role, *arguments], environment=own, log=folder / "log")
        self.started.append(process)
        if until:
            process.wait_until(until, within=within)
        return process

    def logs(self) -> str:
        """The end of every log."""
        return "".join(f"--- {process.name}\n{process.log_end(60)}\n" for process in self.started)
