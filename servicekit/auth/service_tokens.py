"""The token that a service sends to other services: short-lived, from user_service (RFC 6749, section 4.4)."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour

DAY: Final = 86_400
PRINTABLE: Final = re.compile(r"[!-~]{1,4096}")
PATH: Final = "/api/auth/service-token/"
MARGIN: Final = timedelta(seconds=30)
"""A token is renewed this long before it expires, so that it is still valid when it arrives."""
FAILURE_KEPT: Final = timedelta(seconds=1)


class ServiceToken:
    """
    Give `token=ServiceToken(...)` to an HttpNeighbour. Fetches when needed and holds what it got; threads may share it.

    :param issuer: user_service, without a token of its own.
    """

    def __init__(
        self,
        issuer: HttpNeighbour,
        *,
        client_id: str,
        client_secret: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._issuer = issuer
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._failure: NeighbourUnavailable | None = None
        self._failed_at = datetime.min.replace(tzinfo=UTC)
        self._good_until = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> str:
        """
        Give a token that is valid for some seconds at least.

        :raises NeighbourUnavailable: user_service is down, or refuses our client secret.
        """
        with self._lock:
            now = self._clock()
            if now >= self._good_until:
                if self._failure and now < self._failed_at + FAILURE_KEPT:
                    # Those who waited here for a fetch that failed fail with it: each would wait as long again.
                    raise NeighbourUnavailable(self._failure.neighbour, self._failure.reason)
                self._fetch_or_remember()
            return self._token

    def forget(self) -> None:
        """Let the next call fetch a new token, because a service has refused this one."""
        with self._lock:
            self._good_until = datetime.min.replace(tzinfo=UTC)

    def _fetch_or_remember(self) -> None:
        try:
            self._fetch()
            self._failure = None
        except NeighbourUnavailable as error:
            self._failure, self._failed_at = error, self._clock()
            raise

    def _fetch(self) -> None:
        asked_at = self._clock()
        response = self._issuer.post(PATH, json=self._credentials, idempotent=True)
        if response.status_code != 200:
            raise NeighbourUnavailable(self._issuer.name, f"refused our client secret with {response.status_code}")
        body = self._issuer.json_object(response)
        token, lifetime = body.get("access_token"), body.get("expires_in")
        if not (isinstance(token, str) and PRINTABLE.fullmatch(token) and type(lifetime) is int and 0 < lifetime < DAY):
            raise NeighbourUnavailable(self._issuer.name, "gave a token that cannot be read")
        self._token = token
        self._good_until = asked_at + max(timedelta(seconds=lifetime) - MARGIN, timedelta(seconds=lifetime) / 2)
