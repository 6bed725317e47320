"""HTTP calls to other services: bounded in time and size, repeated where that is safe, stopped by a breaker."""

import io
import threading
import time
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
import urllib3
from requests import Response

from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.base.telemetry import current_request_id
from servicekit.calls.breakers import Breaker, breaker_of
from servicekit.calls.deadlines import DeadlineAdapter, answered_by

MAX_BODY: Final = 1024 * 1024
ATTEMPTS: Final = 2
"""How often an idempotent call is tried in total."""
RETRY_PAUSE: Final = 0.03
BUSY_SECONDS: Final = 1.0


class HttpNeighbour:
    """
    Another service. One of these per neighbour and process; threads may share it.

    :param timeout: seconds to connect, and for the answer to one attempt to be complete.
    :param token: gives the bearer token to send. When the neighbour answers 401 and the token has a method `forget`,
        one more call is made with a new token.
    :param breaker: by default the one that this process has for the name.
    :param concurrency: calls at the same time. A web process sets it below its number of threads, so that requests
        which need no neighbour never wait for one that hangs.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        timeout: tuple[float, float] = (0.5, 2.0),
        token: Callable[[], str] | None = None,
        breaker: Breaker | None = None,
        concurrency: int = 1_000,
    ) -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._token = token
        self._breaker = breaker or breaker_of(name)
        self._free = threading.BoundedSemaphore(concurrency)
        self._session = requests.Session()
        # No proxies and no .netrc passwords from the environment, and no cookies.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, DeadlineAdapter(pool_maxsize=32))

    def get(self, path: str, **arguments: Any) -> Response:
        """Send a GET. Takes `params` and `headers` as `requests` does."""
        return self.request("GET", path, idempotent=True, **arguments)

    def post(self, path: str, *, json: Mapping[str, Any], idempotent: bool = False, **arguments: Any) -> Response:
        """Send a POST; see `request`. It is repeated only when it is idempotent."""
        return self.request("POST", path, idempotent=idempotent, json=json, **arguments)

    def request(self, method: str, path: str, *, idempotent: bool, **arguments: Any) -> Response:
        """
        Give an answer of 2xx or 4xx.

        :raises NeighbourUnavailable: unreachable, too slow, too large, 5xx, a redirect, or stopped by the breaker; or
            too many calls are being made.
        """
        if not self._free.acquire(timeout=BUSY_SECONDS):
            raise NeighbourUnavailable(self.name, "is busy with other calls")
        try:
            return self._request(method, path, ATTEMPTS if idempotent else 1, **arguments)
        finally:
            self._free.release()

    def _request(self, method: str, path: str, attempts: int, **arguments: Any) -> Response:
        # Before the breaker is asked: the token may come from this neighbour too.
        token = self._token() if self._token else None
        response = self._call(method, path, token, attempts, **arguments)
        if response.status_code == 401 and self._token and (forget := getattr(self._token, "forget", None)):
            # A refused call was not done, so it may be repeated whatever its method.
            forget()
            response = self._call(method, path, self._token(), 1, **arguments)
        return response

    def json_object(self, response: Response) -> dict[str, Any]:
        """Read the answer's body. :raises NeighbourUnavailable: it is not a JSON object."""
        try:
            data = response.json()
        except (ValueError, RecursionError):
            raise NeighbourUnavailable(self.name, "answered with something that is not JSON") from None
        if not isinstance(data, dict):
            raise NeighbourUnavailable(self.name, "answered with JSON that is not an object")
        return data

    def _call(self, method: str, path: str, token: str | None, attempts: int, **arguments: Any) -> Response:
        if not self._breaker.allows_call():
            raise NeighbourUnavailable(self.name, "failed repeatedly and is not called for some seconds")
        while True:
            attempts -= 1
            try:
                response = self._attempt(method, path, token, **arguments)
            except NeighbourUnavailable:
                if attempts <= 0:
                    self._breaker.failed()
                    raise
                time.sleep(RETRY_PAUSE)
            else:
                self._breaker.succeeded()
                return response

    def _attempt(
        self, method: str, path: str, token: str | None, *, headers: Mapping[str, str] | None = None, **arguments: Any
    ) -> Response:
        own: dict[str, str | None] = {
            "Accept": "application/json",
            "X-Request-ID": current_request_id(),
            "Authorization": f"Bearer {token}" if token else None,
        }
        try:
            with answered_by(time.monotonic() + sum(self._timeout)):
                response = self._session.request(
                    method,
                    self._base_url + path,
                    headers={**own, **(headers or {})},
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                    **arguments,
                )
                with response:
                    body = response.raw.read(MAX_BODY + 1, decode_content=True)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise NeighbourUnavailable(self.name, f"{method} {path}: {type(error).__name__}") from error
        if len(body) > MAX_BODY:
            raise NeighbourUnavailable(self.name, f"answered with more than {MAX_BODY} bytes")
        if 300 <= response.status_code < 400 or response.status_code >= 500:
            raise NeighbourUnavailable(self.name, f"{method} {path}: answered {response.status_code}")
        response.raw = io.BytesIO(body)
        return response
