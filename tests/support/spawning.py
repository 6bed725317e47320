"""Starts processes that end with this one."""

import os
import random
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO


def spawn(
    command: list[str],
    *,
    log: IO[bytes],
    environment: Mapping[str, str],
    account: str | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    cwd: Path | str = "/",
) -> subprocess.Popen[bytes]:
    """
    Start a process in a session of its own, which Ctrl-C does not reach.

    Call this from a thread that stays: the kernel sends the death signal when the *thread* ends.

    :param environment: what is added to this process's environment.
    """
    return subprocess.Popen(
        with_death_signal(command, death_signal),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        user=account,
        cwd=cwd,
        start_new_session=True,
    )


def with_death_signal(command: list[str], death_signal: signal.Signals) -> list[str]:
    """
    A command that gets a signal when its parent ends, on Linux.

    setpriv sets the signal after the change of account, which would clear it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--", *command] if setpriv else command


def free_port() -> int:
    """A free port, below the range from which the kernel takes ports for outgoing connections."""
    while True:
        port = random.randint(15000, 30000)  # noqa: S311  not a secret
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
