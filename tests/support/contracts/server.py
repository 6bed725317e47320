"""The service under test, served with Django's own server, and beside it what Pact asks before and between."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.servers.basehttp import WSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.testcases import QuietWSGIRequestHandler

from servicekit.messages.wire import WireMessage

EXAMPLE = "Bearer token-of-"
STATES, MESSAGES = "/_pact/states", "/_pact/messages"


class Stage(Protocol):
    """What stands behind the service while Pact asks it."""

    def token(self, whom: str) -> str:
        """A token of `whom` that the service honours."""

    def bring_about(self, state: str, parameters: Mapping[str, Any]) -> None:
        """Make the rows that a consumer expects."""

    def say(self, message: str) -> WireMessage | None:
        """Let the service say what a consumer expects to hear; None when it did not."""

    def clear(self) -> None:
        """Forget everything."""


class Door:
    """
    The service's WSGI application, with three doors beside its own: Pact's two, and one for tokens.

    Where a pact shows the example of a token, a token that the service honours is put, so that its own check really
    runs. A request without a token stays without.
    """

    def __init__(self, application: WSGIApplication, stage: Stage):
        self.application = application
        self.stage = stage

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        if environ["PATH_INFO"] == STATES:
            return self._state(start_response, **_body(environ))
        if environ["PATH_INFO"] == MESSAGES:
            return self._message(start_response, **_body(environ))
        shown = environ.get("HTTP_AUTHORIZATION", "")
        if shown.startswith(EXAMPLE):
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.stage.token(shown.removeprefix(EXAMPLE))}"
        return self.application(environ, start_response)

    def _state(
        self, start_response: StartResponse, *, state: str, action: str, params: Mapping[str, Any]
    ) -> list[bytes]:
        if action == "teardown":
            self.stage.clear()
        elif state:
            self.stage.bring_about(state, params)
        return _answer(start_response, b"{}")

    def _message(self, start_response: StartResponse, *, description: str, **_: Any) -> list[bytes]:
        wire = self.stage.say(description)
        if wire is None:
            return _answer(start_response, b"null")
        metadata = {"exchange": wire.exchange, "routing_key": wire.routing_key, **wire.properties, **wire.headers}
        metadata["contentType"] = wire.properties["content_type"]
        encoded = base64.b64encode(json.dumps(metadata).encode()).decode()
        return _answer(start_response, wire.body.encode(), ("Pact-Message-Metadata", encoded))


def _body(environ: WSGIEnvironment) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return body


def _answer(start_response: StartResponse, body: bytes, *headers: tuple[str, str]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers])
    return [body]


@contextmanager
def running(stage: Stage) -> Iterator[int]:
    """
    Serve the configured Django project on this machine, on the database of this thread; gives the port.

    Not by LiveServerThread: without a MEDIA_URL it takes every path for a file.
    """
    database = {connection.alias: connection for connection in connections.all()}
    for connection in database.values():
        connection.inc_thread_sharing()
    # One request after the other, each on a connection of its own: no thread is left that uses our database.
    server = WSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(Door(get_wsgi_application(), stage))
    thread = Thread(target=_serve, args=(server, database), name="service under test")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for connection in database.values():
            connection.dec_thread_sharing()


def _serve(server: WSGIServer, database: Mapping[str, BaseDatabaseWrapper]) -> None:
    for alias, connection in database.items():
        connections[alias] = connection
    server.serve_forever(poll_interval=0.02)
