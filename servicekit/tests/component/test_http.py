import http.server
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from servicekit.calls import breakers
from servicekit.calls.deadlines import DeadlineAdapter, answered_by
from servicekit.calls.http import HttpNeighbour, NeighbourUnavailable
from servicekit.testing.sockets import hangs, sends, server_that, trickles

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PATIENCE = (0.1, 0.2)
LONGEST = 1.5  # two attempts of 0.3 s, the pause between them, and a busy machine

MISBEHAVIOURS = {
    "accepts and says nothing": hangs,
    "hangs up": lambda *_: None,
    "trickles its headers": trickles(OK + b"X-Long: ", b"a"),
    "trickles header after header": trickles(OK, b"X-A: b\r\n"),
    "trickles its body": trickles(OK + b"Content-Length: 1000000\r\n\r\n", b" "),
    "trickles a body without a length": trickles(OK + b"Connection: close\r\n\r\n", b" "),
    "trickles chunks": trickles(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "trickles within a chunk's length": trickles(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "speaks another protocol": sends(b"220 mail.example ESMTP\r\n"),
    "speaks no protocol": sends(bytes(range(256)) * 8),
    "breaks off": sends(OK + b"Content-Length: 100\r\n\r\n{"),
    "lies about its encoding": sends(OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
    "sends endless headers": sends(OK + b"X-A: b\r\n" * 200 + b"\r\n"),
    "sends too much": sends(OK + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000),
    "sends a broken chunk": sends(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
}


@pytest.fixture(autouse=True)
def closed_breakers():
    breakers.close_all()
    yield
    breakers.close_all()


@pytest.mark.parametrize("kind", MISBEHAVIOURS)
def test_a_bad_answer_is_given_up_on_in_time(kind):
    """The deadline is for the whole answer, not for each byte."""
    with server_that(MISBEHAVIOURS[kind]) as address:
        started = time.monotonic()

        with pytest.raises(NeighbourUnavailable):
            HttpNeighbour("users", address, timeout=PATIENCE).get("/")

        assert time.monotonic() - started < LONGEST


def test_a_refused_connection_is_neighbour_unavailable():
    with server_that(hangs) as address:
        pass  # its port is free again

    with pytest.raises(NeighbourUnavailable):
        HttpNeighbour("users", address, timeout=PATIENCE).get("/")


def test_an_answer_after_the_deadline_is_not_read():
    """Also when it has already arrived."""
    session = requests.Session()
    session.mount("http://", DeadlineAdapter())

    with server_that(sends(OK + b"\r\n")) as address, answered_by(time.monotonic()), pytest.raises(requests.Timeout):
        session.get(address, timeout=1)


def test_slow_calls_of_several_threads_run_side_by_side():
    """The server answers only when four calls have arrived."""
    together = threading.Barrier(4)

    def wait_for_the_others(connection, _):
        together.wait(5)
        connection.sendall(OK + b"\r\n")

    with server_that(wait_for_the_others) as address, ThreadPoolExecutor(4) as threads:
        users = HttpNeighbour("users", address, timeout=(0.5, 5.0))
        answers = [threads.submit(users.get, "/") for _ in range(4)]

        assert [answer.result().status_code for answer in answers] == [200] * 4


class Counting(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.server.connections += 1

    def do_GET(self):
        body = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Say nothing."""


def test_calls_share_one_connection():
    """The deadline of one answer does not shorten that of the next."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        server.daemon_threads = True
        server.connections = 0
        serving = threading.Thread(target=server.serve_forever, args=[0.01])
        serving.start()
        users = HttpNeighbour("users", f"http://127.0.0.1:{server.server_port}")

        answers = [users.json_object(users.get(f"/{number}")) for number in range(20)]

        server.shutdown()
        serving.join(5)
    assert answers == [{"path": f"/{number}"} for number in range(20)]
    assert server.connections == 1
