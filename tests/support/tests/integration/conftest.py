import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


class Command:
    """`python -m tests.support up`, as a person or a script calls it."""

    def __init__(self, environment):
        self.environment = environment
        self.seconds = 0.0

    def up(self, *arguments, **environment):
        """Run to the end; the result has `returncode`, `stdout` and `stderr`, and `self.seconds` the time it took."""
        began = time.monotonic()
        ended = subprocess.run(
            self._line(arguments),
            env=self.environment | environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        self.seconds = time.monotonic() - began
        return ended

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            self._line(arguments), env=self.environment | environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )

    @staticmethod
    def _line(arguments):
        return [sys.executable, "-m", "tests.support", "up", *arguments]


@pytest.fixture
def command():
    """With no servers in the environment, and no Docker to be found."""
    ours = ("TEST_", "DOCKER_", "SHOP_TEST_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return Command(clean | {"DOCKER_HOST": "unix:///nowhere/docker.sock"})


@pytest.fixture
def addresses(servers):
    """The variables with the addresses of this run's servers."""
    return servers.to_environment()


@pytest.fixture
def answering(tmp_path):
    """`answering(family, reply)`: starts a fake server, and returns its address; `reply` answers a request."""
    listeners = []

    def serve(family, reply):
        listener = socket.socket(family)
        listener.bind(("127.0.0.1", 0) if family == socket.AF_INET else str(tmp_path / "socket"))
        listener.listen()
        listeners.append(listener)
        threading.Thread(target=_answer, args=[listener, reply], daemon=True).start()
        return listener.getsockname()

    yield serve
    for listener in listeners:
        listener.close()


def _answer(listener, reply):
    clients = []
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        clients.append(client)
        threading.Thread(target=_reply, args=[client, reply], daemon=True).start()


def _reply(client, reply):
    while data := client.recv(4096):
        client.sendall(reply(data))
