"""gunicorn, run inside our own process. Why, and what it must do: docs/decisions/application-server.md."""

import json
import logging
import socket
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.urls import get_resolver
from django.utils.module_loading import import_string
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import (  # type: ignore[attr-defined] # two of them are newer than the stubs
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[attr-defined] # private: nothing public defers

from servicekit.api.problems import body
from servicekit.base.telemetry import well_formed
from servicekit.process.read_deadlines import ReadDeadlines


def listen(host: str, port: int) -> socket.socket:
    """
    Open the socket that the server accepts connections on.

    :raises OSError: the port is taken, or the address is not one of this machine. gunicorn would try five times.
    """
    ipv6 = ":" in host
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048, dualstack_ipv6=ipv6)


class Server(BaseApplication):
    """The server of the settings' WSGI_APPLICATION: `run()` answers requests until SIGTERM or SIGINT."""

    def __init__(self, listener: socket.socket, *, workers: int, threads: int) -> None:
        self.options = {
            "bind": f"fd://{listener.detach()}",
            "workers": workers,
            "threads": threads,
            "worker_class": "servicekit.process.server.Worker",
            "preload_app": True,  # an import error ends the start, and a replaced worker is ready at once
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 30,
            "logger_class": PlainLogger,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Import the application and its routes, so that the first request is no slower than the others."""
        application = import_string(settings.WSGI_APPLICATION)
        get_resolver().url_patterns  # noqa: B018
        return application


class PlainLogger(Logger):
    """Passes gunicorn's lines to the handlers of the settings. Our middleware logs the requests."""

    def setup(self, cfg: Config) -> None:
        self.cfg = cfg
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)

    def access(self, *arguments: Any) -> None:
        """Write nothing."""


class Worker(ThreadWorker):
    """
    gunicorn's worker, with two changes.

    Malformed HTTP is answered with a problem response of 4xx; gunicorn would answer HTML, some of it with 501. And a
    request must be complete REQUEST_READ_SECONDS after its head and again after its body was begun: gunicorn would
    wait for ever, so that as many half-sent requests as there are threads stop a service.
    """

    def init_process(self) -> None:
        self.read_deadlines = ReadDeadlines()
        self.read_seconds: float = getattr(settings, "REQUEST_READ_SECONDS", 10.0)
        super().init_process()

    def handle(self, conn: Any) -> Any:
        # gunicorn would wait up to 5 s in this thread for the first byte. Its event loop can wait as well.
        if not conn.initialized and not conn.wait_for_data(0.05):
            return _DEFER
        self.read_deadlines.set(conn.sock, seconds=self.read_seconds)
        try:
            return super().handle(conn)
        finally:
            self.read_deadlines.clear(conn.sock)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The head is read; the body follows."""
        self.read_deadlines.set(conn.sock, seconds=self.read_seconds)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        # These two are faults of our own responses, although they derive from ParseException.
        ours = isinstance(exc, InvalidResponseHeader | InvalidResponseHeaderName)
        if ours or not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        request_id = well_formed(None)
        self.log.info("refused malformed HTTP: %s", type(exc).__name__, extra={"request_id": request_id})
        status, code = REFUSALS.get(type(exc), (HTTPStatus.BAD_REQUEST, "BAD_REQUEST"))
        content = json.dumps(body(code, status.phrase, "This is not HTTP that we understand.")).encode()
        head = (
            f"HTTP/1.1 {status} {status.phrase}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nX-Request-ID: {request_id}\r\n\r\n"
        )
        with suppress(OSError):  # the client may have closed the connection
            write_nonblock(client, head.encode() + content)


REFUSALS: Final = {
    LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "URI_TOO_LONG"),
    LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "HEADERS_TOO_LARGE"),
}
