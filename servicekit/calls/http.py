"""Calls to other services over HTTP: bounded in time and size, and repeated where that does no harm."""

import time
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
import tenacity
import urllib3
from requests import Response

from servicekit.base import telemetry
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.breakers import breaker_of
from servicekit.calls.deadlines import DeadlineAdapter, answered_by

MAX_BODY: Final = 1024 * 1024
CHUNK: Final = 64 * 1024


class HttpNeighbour:
    """
    Another service. One of these per neighbour and process; threads may share it.

    :param timeout: seconds to connect, and for the answer to one attempt to be complete.
    :param attempts: how often an idempotent call is tried in all.
    :param token: gives the bearer token to show; when the neighbour does not take it and the token has a method
        `forget`, one more attempt is made with a new token.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        timeout: tuple[float, float] = (0.5, 2.0),
        attempts: int = 2,
        token: Callable[[], str] | None = None,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._attempts = attempts
        self._token = token
        self._breaker = breaker_of(name)
        self._session = requests.Session()
        # Neither proxies nor passwords from the surroundings, and no cookie outlives its answer.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, DeadlineAdapter(pool_maxsize=32))

    def get(self, path: str, **arguments: Any) -> Response:
        """Ask. Takes `params` and `headers` as `requests` does; gives answers below 500, also 4xx."""
        return self.request("GET", path, idempotent=True, **arguments)

    def post(self, path: str, *, json: Mapping[str, Any], idempotent: bool = False, **arguments: Any) -> Response:
        """Hand in. Is repeated only when `idempotent` says that twice is like once."""
        return self.request("POST", path, idempotent=idempotent, json=json, **arguments)

    def request(self, method: str, path: str, *, idempotent: bool, **arguments: Any) -> Response:
        """
        Give an answer of 2xx or 4xx.

        :raises NeighbourUnavailable: unreachable, too slow, too large, 5xx, a redirect, or left alone by its breaker.
        """
        if self._breaker.is_open:
            raise NeighbourUnavailable(self.name, "failed repeatedly and is left alone for a moment")
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(NeighbourUnavailable),
            stop=tenacity.stop_after_attempt(self._attempts if idempotent else 1),
            wait=tenacity.wait_random(0.01, 0.05),
            reraise=True,
        )
        # Before the first attempt, so that a token that is not to be had costs its own attempts only.
        token = self._token() if self._token else None
        try:
            response = retrying(self._attempt, method, path, token, **arguments)
            forget = getattr(self._token, "forget", None)
            if response.status_code == 401 and self._token and forget:
                # Refused is not done, so once more is safe for any method.
                forget()
                response = self._attempt(method, path, self._token(), **arguments)
        except NeighbourUnavailable as error:
            self._breaker.failed(error)
            raise
        self._breaker.succeeded()
        return response

    def json_object(self, response: Response) -> dict[str, Any]:
        """
        Read the answer's body.

        :raises NeighbourUnavailable: it is not a JSON object.
        """
        try:
            data = response.json()
        except (ValueError, RecursionError):
            raise NeighbourUnavailable(self.name, "answered with something that is not JSON") from None
        if not isinstance(data, dict):
            raise NeighbourUnavailable(self.name, "answered with JSON that is not an object")
        return data

    def _attempt(
        self, method: str, path: str, token: str | None, *, headers: Mapping[str, str] | None = None, **arguments: Any
    ) -> Response:
        try:
            with answered_by(time.monotonic() + sum(self._timeout)):
                response = self._session.request(
                    method,
                    self._base_url + path,
                    headers={**_own_headers(token), **(headers or {})},
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                    **arguments,
                )
                with response:
                    self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise NeighbourUnavailable(self.name, f"{method} {path}: {type(error).__name__}") from error
        if 300 <= response.status_code < 400 or response.status_code >= 500:
            raise NeighbourUnavailable(self.name, f"{method} {path}: answered {response.status_code}")
        return response

    def _read(self, response: Response) -> None:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > MAX_BODY:
                raise NeighbourUnavailable(self.name, f"answered with more than {MAX_BODY} bytes")
        response._content = bytes(body)  # noqa: SLF001 - `requests` has no bounded way to load a body


def _own_headers(token: str | None) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if request_id := telemetry.current_request_id():
        headers["X-Request-ID"] = request_id
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return headers
