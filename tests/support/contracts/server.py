"""The service under test, served with Django's own server, and beside it what Pact asks before and between."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from servicekit.outbox import WireMessage

EXAMPLE = "Bearer token-of-"
STATES, MESSAGES = "/_pact/states", "/_pact/messages"


class Stage(Protocol):
    """What stands behind the service while Pact asks it."""

    def token(self, whom: str) -> str:
        """A token of `whom` that the service honours."""

    def bring_about(self, state: str, parameters: Mapping[str, Any]) -> None:
        """Make the rows that a consumer expects."""

    def say(self, message: str) -> WireMessage:
        """Let the service say what a consumer expects to hear."""

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
        match environ["PATH_INFO"]:
            case "/_pact/states":
                self._state(**_body(environ))
                return _answer(start_response, b"")
            case "/_pact/messages":
                wire = self.stage.say(_body(environ)["description"])
                self.stage.clear()
                return _answer(start_response, wire.body.encode(), wire)
        shown = environ.get("HTTP_AUTHORIZATION", "")
        if shown.startswith(EXAMPLE):
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.stage.token(shown.removeprefix(EXAMPLE))}"
        return self.application(environ, start_response)

    def _state(self, *, state: str, action: str, params: Mapping[str, Any]) -> None:
        if action == "teardown":
            self.stage.clear()
        elif state:
            self.stage.bring_about(state, params)


def _body(environ: WSGIEnvironment) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return body


def _answer(start_response: StartResponse, body: bytes, wire: WireMessage | None = None) -> list[bytes]:
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    if wire is not None:
        metadata = {"exchange": wire.exchange, "routing_key": wire.routing_key, **wire.properties, **wire.headers}
        metadata["contentType"] = wire.properties["content_type"]
        headers += [("Pact-Message-Metadata", base64.b64encode(json.dumps(metadata).encode()).decode())]
    start_response("200 OK", headers)
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
    server = ThreadedWSGIServer(
        ("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False, connections_override=database
    )
    server.set_app(Door(get_wsgi_application(), stage))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="service under test")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for connection in database.values():
            connection.dec_thread_sharing()
