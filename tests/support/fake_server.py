"""HTTP servers on loopback, in the test's own process, that stand in for other services."""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

LIMIT_SECONDS = 20.0
"""A call is held no longer."""


@dataclass(frozen=True)
class Request:
    """:param path: its segments, without the slashes."""

    method: str
    path: list[str]
    query: dict[str, list[str]]
    headers: Any
    body: Any


class FakeServer(ThreadingHTTPServer):
    """Answers requests with JSON while a `with` block lasts. Derive from it, and override `answer`."""

    daemon_threads = True
    request_queue_size = 128  # as many clients may connect at the same time

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def answer(self, request: Request) -> tuple[int, Any]:
        """The status and the content of the answer."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FakeServer

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"null")
        request = Request(self.command, url.path.strip("/").split("/"), parse_qs(url.query), self.headers, body)
        status, content = self.server.answer(request)
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_: Any) -> None:
        """Write no access log."""


class HeldCall:
    """A call that is answered when the test says so."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()

    def wait_until_reached(self, *, within: float = 15.0) -> None:
        assert self._reached.wait(within), f"no call came within {within} s"

    def release(self) -> None:
        self._released.set()

    def hold(self) -> None:
        """Called by the server: wait until `release`."""
        self._reached.set()
        self._released.wait(LIMIT_SECONDS)
