"""A service's own processes, as they run in production: `python -m order_service worker`."""

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
from tests.support.native import ROOT, free_port, spawn


def module_of(folder: str) -> str:
    """What `python -m` runs for a folder's tests: the service, and for the kit its own small one."""
    return "servicekit.tests.shelf" if folder == "servicekit" else folder


class Process:
    """One running process; its log is a file, and is shown when a test with it fails."""

    def __init__(self, command: list[str], *, environment: dict[str, str], log: Path):
        self.name = " ".join(command)
        self.log = log
        with log.open("ab") as file:
            self.process = spawn([sys.executable, "-m", *command], env=environment, log=file, cwd=ROOT)
        self.url = environment.get("OWN_URL", "")
        self.run_dir = Path(environment["RUN_DIR"])

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self, text: str) -> bool:
        """Whether a text stands in its log."""
        return text in self.log.read_text(errors="replace")

    def times_said(self, text: str) -> int:
        return self.log.read_text(errors="replace").count(text)

    def will_say(self, text: str) -> Callable[[], bool]:
        """A probe: has it said this since now?"""
        before = self.times_said(text)
        return lambda: self.times_said(text) > before

    def wait_until(self, ready: Callable[["Process"], bool], *, within: float) -> None:
        """
        :raises AssertionError: it ended, or is not ready in time; with the end of its log.
        """

        def alive_and_ready() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with code {self.process.returncode}\n{self.log_end()}")
            return ready(self)

        try:
            eventually(alive_and_ready, within=within, every=0.05)
        except AssertionError as error:
            raise AssertionError(f"{self.name} is not ready after {within} s\n{self.log_end()}") from error

    def kill(self) -> None:
        """As a crash, or the kernel out of memory, would end it: at once, it and its children."""
        self._signal_group(signal.SIGKILL)
        self.process.wait()

    def stop(self, *, within: float = 15) -> int:
        """
        Ask it to end in order, and give its exit code.

        :raises AssertionError: it did not end in time; it is killed then.
        """
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout=within)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise AssertionError(f"{self.name} did not end {within} s after SIGTERM\n{self.log_end()}") from error

    def freeze(self) -> None:
        """Stop it in its tracks, as a paused machine would be; `thaw` lets it go on."""
        self._signal_group(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_group(signal.SIGCONT)

    def log_end(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # it has ended already
            os.killpg(self.process.pid, number)


def answers_health(process: Process) -> bool:
    """A web process is ready when it says so itself."""
    try:
        return requests.get(f"{process.url}/health/", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def is_ready(process: Process) -> bool:
    """A web process says so on its health page; the others by the file that a healthcheck would look at."""
    return answers_health(process) if process.url else any(process.run_dir.glob("*/*.alive"))


class Starter:
    """
    Starts processes on the servers that the environment names, each with a folder of its own.

    As a block: whatever it started ends with it.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.started: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.started:
            process.thaw()
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
        Start `python -m module role`.

        :param arguments: more of the command line, such as "--beat".
        :param environment: what differs, such as BROKER_URL=proxy.url.
        :param until: a function of the process that says whether it is ready; or None, not to wait.
        """
        module = module_of(module)
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
        """The end of what each of them said."""
        return "".join(f"--- {process.name}\n{process.log_end(60)}\n" for process in self.started)
