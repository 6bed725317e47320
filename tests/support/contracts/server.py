"""The provider under test, served by Django's own server, with the endpoints that Pact calls during a verification."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.servers.basehttp import WSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.testcases import QuietWSGIRequestHandler

from tests.support.contracts.handlers import Handlers

EXAMPLE = "Bearer token-of-"
STATES, MESSAGES = "/_pact/states", "/_pact/messages"


class ProviderApplication:
    """
    The service's WSGI application, with Pact's two endpoints, and valid tokens.

    A pact has the example of a token. A valid one replaces it, so that the service's own check runs. A request without
    a token stays without.
    """

    def __init__(self, application: WSGIApplication, handlers: Handlers):
        self.application = application
        self.handlers = handlers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        if environ["PATH_INFO"] == STATES:
            return self._state(start_response, **_body(environ))
        if environ["PATH_INFO"] == MESSAGES:
            return self._message(start_response, **_body(environ))
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        if authorization.startswith(EXAMPLE):
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.handlers.token(authorization.removeprefix(EXAMPLE))}"
        return self.application(environ, start_response)

    def _state(
        self, start_response: StartResponse, *, state: str, action: str, params: Mapping[str, Any]
    ) -> list[bytes]:
        if action == "teardown":
            self.handlers.tear_down()
        elif state:
            self.handlers.set_up(state, params)
        return _answer(start_response, b"{}")

    def _message(self, start_response: StartResponse, *, description: str, **_: Any) -> list[bytes]:
        message = self.handlers.message(description)
        if message is None:
            return _answer(start_response, b"null")
        metadata = {"exchange": message.exchange, "routing_key": message.routing_key}
        metadata |= {**message.properties, **message.headers, "contentType": message.properties["content_type"]}
        encoded = base64.b64encode(json.dumps(metadata).encode()).decode()
        return _answer(start_response, message.body.encode(), ("Pact-Message-Metadata", encoded))


def _body(environ: WSGIEnvironment) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return body


def _answer(start_response: StartResponse, body: bytes, *headers: tuple[str, str]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers])
    return [body]


@contextmanager
def serving(handlers: Handlers) -> Iterator[int]:
    """
    Serve the configured Django project on the database of this thread; gives the port.

    Not with LiveServerThread: without a MEDIA_URL it treats every path as a file.
    """
    database = {connection.alias: connection for connection in connections.all()}
    for connection in database.values():
        connection.inc_thread_sharing()
    # One request after the other, each with a connection of its own: no thread stays that uses our database.
    server = WSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(ProviderApplication(get_wsgi_application(), handlers))
    thread = Thread(target=_serve, args=(server, database), name="provider under test")
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
