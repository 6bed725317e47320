import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from gunicorn.http.errors import InvalidRequestMethod, InvalidResponseHeader, LimitRequestLine

from servicekit.base import telemetry
from servicekit.process import server
from servicekit.testing import eventually

ROOT = Path(__file__).parents[3]
SERVE = """
import sys, django
django.setup()
from servicekit.process.server import serve
sys.exit(serve("servicekit.tests.counter.wsgi:application", host="127.0.0.1", port=int(sys.argv[1]), workers=1,
               threads=2, port_variable="COUNTER_PORT"))
"""


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextlib.contextmanager
def serving(port):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "servicekit.tests.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)],
        cwd=ROOT,
        env=environment,
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
def test_serves_until_it_is_told_to_stop():
    port = free_port()
    with serving(port) as process:
        answer = eventually(lambda: ask(port), within=20)
        refusals = {what: refusal(port, request) for what, request in MALFORMED.items()}
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=8)

    assert answer.json() == {"word": "nobody"}
    assert refusals == {
        "no HTTP": (400, "BAD_REQUEST"),
        "a negative length": (400, "BAD_REQUEST"),
        "an unknown coding": (400, "BAD_REQUEST"),
        "a novel for an address": (414, "URI_TOO_LONG"),
        "headers without end": (431, "HEADERS_TOO_LARGE"),
    }
    assert process.returncode == 0
    assert '"event":"request"' in out.replace(": ", ":")


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


def test_a_taken_port_is_said_at_once_with_the_variable_that_moves_it(taken, capsys):
    code = server.serve("x:y", host="127.0.0.1", port=taken, workers=1, threads=1, port_variable="COUNTER_PORT")

    assert code == 1
    assert capsys.readouterr().err == f"Port {taken} on 127.0.0.1 is taken. Set COUNTER_PORT to another one.\n"


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid", "2001:db8::1"])
def test_an_address_that_is_not_ours_is_said_too(host, capsys):
    assert server.serve("x:y", host=host, port=8000, workers=1, threads=1) == 1
    assert "cannot be had" in capsys.readouterr().err


class TestWorker:
    @pytest.fixture
    def worker(self):
        worker = server.Worker.__new__(server.Worker)
        worker.log = server.PlainLogger(server.Server("x:y", {}).cfg)
        worker.cfg = server.Server("x:y", {}).cfg
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

    def test_does_not_mind_that_nobody_listens_any_more(self, worker, line):
        here, there = line
        there.close()

        worker.handle_error(None, here, ("127.0.0.1", 1), InvalidRequestMethod("\0"))

    @pytest.mark.parametrize("fault", [ValueError("x"), InvalidResponseHeader("x")])
    def test_leaves_faults_of_our_own_to_gunicorn(self, worker, line, fault):
        here, there = line

        worker.handle_error(None, here, ("127.0.0.1", 1), fault)

        assert there.recv(4096).startswith(b"HTTP/1.1 500 ")


class TestServer:
    """What gunicorn is told, without starting it."""

    def test_imports_the_application_and_its_routes_before_the_first_request(self):
        told = server.Server("servicekit.tests.counter.wsgi:application", {"threads": 3})

        assert told.cfg.threads == 3
        assert callable(told.load())

    def test_leaves_its_lines_to_our_handlers(self):
        logger = server.PlainLogger(server.Server("x:y", {}).cfg)
        logger.access()

        assert logger.error_log.handlers == []
        assert logger.error_log.propagate

    def test_runs_with_what_the_settings_say(self, monkeypatch):
        told = {}
        monkeypatch.setattr(server.Server, "run", lambda self: told.update(self.options))

        assert server.serve("x:y", host="127.0.0.1", port=0, workers=2, threads=5) == 0
        os.close(int(told["bind"].removeprefix("fd://")))
        assert (told["workers"], told["threads"], told["worker_class"]) == (2, 5, "servicekit.process.server.Worker")
