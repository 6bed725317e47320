import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys

import pytest
import requests
from django.core.management import CommandError, call_command
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestMethod, InvalidResponseHeader, LimitRequestLine

from servicekit.base import telemetry
from servicekit.process import server
from servicekit.testing import eventually


@contextlib.contextmanager
def serving(port, **environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "servicekit.tests.shelf", "serve"],
        env=os.environ | {"SHELF_PORT": str(port), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.timeout(30)  # a whole process starts
def test_serves_until_sigterm():
    port = free_port()
    with serving(port) as process:
        answer = eventually(lambda: ask(port), within=20)
        refusals = {what: refusal(port, request) for what, request in MALFORMED.items()}
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=8)

    assert answer.json() == {"word": "anonymous"}
    assert refusals == {
        "no HTTP": (400, "BAD_REQUEST"),
        "a negative length": (400, "BAD_REQUEST"),
        "an unknown coding": (400, "BAD_REQUEST"),
        "a novel for an address": (414, "URI_TOO_LONG"),
        "headers without end": (431, "HEADERS_TOO_LARGE"),
    }
    assert process.returncode == 0
    assert '"event":"request"' in out.replace(": ", ":")


HALF_SENT = {
    "nothing": b"",
    "half a head": b"POST /anyone/ HTTP/1.1\r\nHost: x\r\n",
    "half a body": b"POST /anyone/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n"
    b"Content-Type: application/json\r\n\r\n{",
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("sent", HALF_SENT.values(), ids=HALF_SENT)
def test_half_sent_requests_do_not_keep_the_threads(sent):
    """Twelve of them, and two threads."""
    port = free_port()
    with serving(port, REQUEST_READ_SECONDS="0.3"), contextlib.ExitStack() as connections:
        eventually(lambda: ask(port), within=20)
        for _ in range(12):
            connections.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(sent)

        assert ask(port).json() == {"word": "anonymous"}


MALFORMED = {
    "no HTTP": b"\x00\x01\x02\r\n\r\n",
    "a negative length": b"POST /anyone/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "an unknown coding": b"POST /anyone/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    "a novel for an address": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "headers without end": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 500 + b"\r\n",
}


def refusal(port, request):
    """Send bytes that no HTTP library would, and give the answer's status and code."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert telemetry.WELL_FORMED.fullmatch(answer.headers["X-Request-ID"])
        return answer.status, json.loads(answer.read())["code"]


def ask(port):
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"http://127.0.0.1:{port}/anyone/", timeout=5)


def test_a_taken_port_ends_the_start_with_the_variable_that_changes_it(settings):
    settings.SERVICE = "order_service"
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings.PORT = other.getsockname()[1]

        with pytest.raises(CommandError) as refusal:
            call_command("serve")

    expected = f"Port {settings.PORT} on 127.0.0.1 is taken. Set ORDER_SERVICE_PORT to another port."
    assert str(refusal.value) == expected


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "2001:db8::1"])
def test_an_address_of_another_machine_ends_the_start(host, settings):
    settings.HOST = host

    with pytest.raises(CommandError, match=f"on {host} cannot be used"):
        call_command("serve")


class TestWorker:
    @pytest.fixture
    def worker(self):
        worker = server.Worker.__new__(server.Worker)
        worker.cfg = Config()
        worker.log = server.PlainLogger(worker.cfg)
        return worker

    @pytest.fixture
    def line(self):
        here, there = socket.socketpair()
        with here, there:
            yield here, there

    def test_answers_malformed_http_as_a_problem(self, worker, line):
        here, there = line

        worker.handle_error(None, here, ("127.0.0.1", 1), LimitRequestLine(70_000, 4094))

        assert there.recv(4096).startswith(b"HTTP/1.1 414 ")

    def test_ignores_a_closed_connection(self, worker, line):
        here, there = line
        there.close()

        worker.handle_error(None, here, ("127.0.0.1", 1), InvalidRequestMethod("\0"))

    @pytest.mark.parametrize("fault", [ValueError("x"), InvalidResponseHeader("x")])
    def test_leaves_our_own_errors_to_gunicorn(self, worker, line, fault):
        here, there = line

        worker.handle_error(None, here, ("127.0.0.1", 1), fault)

        assert there.recv(4096).startswith(b"HTTP/1.1 500 ")
