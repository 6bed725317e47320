"""The application server: gunicorn, run inside our own process so that it shows as `python -m <service> serve`."""

import errno
import json
import logging
import socket
import sys
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

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
from gunicorn.workers.gthread import ThreadWorker

from servicekit.api.problems import body
from servicekit.base.telemetry import well_formed


class PlainLogger(Logger):
    """Leaves gunicorn's lines to the handlers of our settings, as JSON. Requests are logged by our middleware."""

    def setup(self, cfg: Config) -> None:
        self.cfg = cfg
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)

    def access(self, *arguments: Any) -> None:
        """Write nothing: the middleware did."""


class Worker(ThreadWorker):
    """Answers HTTP that cannot be understood as we answer everything else: 4xx, with the shape of a problem."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        # A malformed header of ours comes as one of theirs.
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
        with suppress(OSError):  # who talks like this may have gone already
            write_nonblock(client, head.encode() + content)


REFUSALS: Final = {
    LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "URI_TOO_LONG"),
    LimitRequestHeaders: (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "HEADERS_TOO_LARGE"),
}


class Server(BaseApplication):
    def __init__(self, wsgi_path: str, options: dict[str, Any]) -> None:
        self.wsgi_path = wsgi_path
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Import all that a request will need, so that the first one waits no longer than the others."""
        application = import_string(self.wsgi_path.replace(":", "."))
        get_resolver().url_patterns  # noqa: B018
        return application


def serve(wsgi_path: str, *, host: str, port: int, workers: int, threads: int, port_variable: str = "PORT") -> int:
    """
    Answer requests until SIGTERM or SIGINT, then finish those in hand, and give the exit code.

    When the port cannot be had, the message names the environment variable that moves it, and the code is 1.
    """
    try:
        listener = _listener(host, port)
    except OSError as error:
        reason = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
        print(f"Port {port} on {host} {reason}. Set {port_variable} to another one.", file=sys.stderr)  # noqa: T201
        return 1
    options = {
        # Bound by us: taken means taken, told at once and not after five attempts.
        "bind": f"fd://{listener.detach()}",
        "workers": workers,
        "threads": threads,
        "worker_class": "servicekit.process.server.Worker",
        # Before the fork: what cannot be imported stops the start, and a replaced worker is there at once.
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 30,
        "logger_class": PlainLogger,
        "control_socket_disable": True,
    }
    Server(wsgi_path, options).run()
    return 0


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
