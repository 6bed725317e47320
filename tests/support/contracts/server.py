"""The service under test: its WSGI application, served as Django serves live tests, with real tokens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from threading import Thread
from typing import Any, ParamSpec, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.cache import caches
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler

P = ParamSpec("P")
R = TypeVar("R")

EXAMPLE = "Bearer token-of-"


@dataclass(frozen=True)
class Service:
    """A running service, and its database, which every thread of this process shares."""

    url: str
    database: dict[str, Any]

    def sharing_its_database(self, function: Callable[P, R]) -> Callable[P, R]:
        """Pact calls from threads of its own, which would otherwise open connections of their own."""

        @wraps(function)
        def sharing(*args: P.args, **kwargs: P.kwargs) -> R:
            for alias, connection in self.database.items():
                connections[alias] = connection
            return function(*args, **kwargs)

        return sharing

    @staticmethod
    def forget_everything() -> None:
        """Empty tables and caches, as every promise expects to find them."""
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        for cache in caches.all():
            cache.clear()


@contextmanager
def running(*, token: Callable[[str], str]) -> Iterator[Service]:
    """
    Serve the configured Django project on a free port of this machine.

    Not by LiveServerThread: without a MEDIA_URL it takes every path for a file.
    """
    database = {connection.alias: connection for connection in connections.all()}
    for connection in database.values():
        connection.inc_thread_sharing()
    server = ThreadedWSGIServer(
        ("127.0.0.1", 0), QuietWSGIRequestHandler, allow_reuse_address=False, connections_override=database
    )
    server.set_app(RealTokens(get_wsgi_application(), token=token))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="service under test")
    thread.start()
    try:
        yield Service(f"http://127.0.0.1:{server.server_port}", database)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for connection in database.values():
            connection.dec_thread_sharing()


class RealTokens:
    """
    Puts a token that the service honours where a pact shows an example, so that its own check really runs.

    A request without a token stays without.
    """

    def __init__(self, application: WSGIApplication, *, token: Callable[[str], str]):
        self.application = application
        self.token = token

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        shown = environ.get("HTTP_AUTHORIZATION", "")
        if shown.startswith(EXAMPLE):
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token(shown.removeprefix(EXAMPLE))}"
        return self.application(environ, start_response)
