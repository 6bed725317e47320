"""Starts processes that end with this one, and ends them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from scripts.shop.project import ROOT

GRACE_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1


class Process(Protocol):
    """What is used of subprocess.Popen to end a process."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


def start(command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """
    Start a process in a group of its own, its output appended to `log`.

    Call this from the main thread: Linux ends the process when the thread that started it ends, so that even SIGKILL
    of this program leaves no process. On other systems the processes end only when this program ends in order.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C must reach this program alone, which ends the others in order.
            start_new_session=True,
            preexec_fn=dying_with_parent() if sys.platform == "linux" else None,  # noqa: PLW1509 (see dying_with_parent)
        )


def dying_with_parent() -> Callable[[], None]:
    """A function for the child, between fork and exec. The library is loaded before the fork, where locks are safe."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it has died already
            os._exit(1)

    return die_with_parent


def end(processes: Sequence[Process], *, grace: float = GRACE_SECONDS) -> None:
    """Send SIGTERM to all, wait for all, then SIGKILL what is left of them and of their children."""
    for process in processes:
        if process.poll() is None:
            process.terminate()

    deadline = time.monotonic() + grace
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.0, deadline - time.monotonic()))

    for process in processes:
        kill(process)


def kill(process: Process) -> None:
    """Send SIGKILL to the whole group: a process that crashed may have left children."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or "(empty log)"


def end_of(log: Path) -> str:
    """The last lines of a log, under its name."""
    return f"The end of {log}:\n{tail(log)}"


def how_it_ended(code: int) -> str:
    """An exit status in words."""
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
