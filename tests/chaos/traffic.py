"""Every request of the customers: when, what, how long, and how it was answered."""

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

UNANSWERED = 0


@dataclass(frozen=True)
class Request:
    """`at` is of `time.monotonic()`; the status of a request without an answer is 0."""

    at: float
    route: str
    seconds: float
    status: int

    @property
    def is_error(self) -> bool:
        """The shop could not do its work; a refusal (4xx) is an answer."""
        return self.status == UNANSWERED or self.status >= 500


class Traffic:
    """The requests of all customers, in the order of their ends."""

    def __init__(self) -> None:
        self._requests: list[Request] = []
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    @property
    def all(self) -> Sequence[Request]:
        with self._lock:
            return list(self._requests)

    def between(self, start: float, end: float) -> Sequence[Request]:
        """Those that were under way in this time, or a part of it."""
        return [each for each in self.all if each.at <= end and each.at + each.seconds >= start]


class CountedSession(requests.Session):
    """Adds each of its requests to the traffic."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self._traffic = traffic

    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override]
        began = time.monotonic()
        status = UNANSWERED
        try:
            response = super().request(method, url, **options)
            status = response.status_code
        finally:
            self._traffic.add(Request(began, _route(str(method), str(url)), time.monotonic() - began, status))
        return response


def _route(method: str, url: str) -> str:
    """`POST /api/orders/{id}/cancel/`."""
    return f"{method} {re.sub(r'[0-9]+', '{id}', urlsplit(url).path)}"
