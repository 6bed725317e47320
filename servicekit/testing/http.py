"""Fake neighbours, at the socket: helpers around `responses`."""

import contextlib
from collections.abc import Iterator
from typing import Any

import requests
import responses

from servicekit.calls import breakers


@contextlib.contextmanager
def fake_neighbours() -> Iterator[responses.RequestsMock]:
    """
    Give a `responses` mock. Only the answers that a test defines are reachable, and every breaker starts closed.

    In a conftest.py: `@pytest.fixture` / `def neighbours(): with fake_neighbours() as mock: yield mock`.
    """
    breakers.close_all()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock
    breakers.close_all()


def fails(mock: responses.RequestsMock, method: str, url: str, how: str) -> None:
    """Let a neighbour fail in one of the ways of FAILURES."""
    mock.add(method, url, **FAILURES[how])


FAILURES: dict[str, dict[str, Any]] = {
    "answers 500": {"status": 500, "body": "<h1>Server Error</h1>"},
    "answers 503": {"status": 503, "json": {"error": "busy"}},
    "times out": {"body": requests.ReadTimeout("read timed out")},
    "is unreachable": {"body": requests.ConnectionError("connection refused")},
    "talks nonsense": {"status": 200, "body": "<html>hello</html>", "content_type": "text/html"},
    "answers a list": {"status": 200, "json": ["not", "an", "object"]},
    "answers null": {"status": 200, "body": "null", "content_type": "application/json"},
    "redirects": {"status": 302, "headers": {"Location": "http://elsewhere.invalid/"}},
}
"""The ways in which a neighbour may fail: `pytest.mark.parametrize("failure", FAILURES)`."""


def sent_json(call: responses.Call) -> Any:
    """Give the JSON body of a recorded request."""
    import json  # noqa: PLC0415

    return json.loads(call.request.body or b"null")
