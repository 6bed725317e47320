"""Neighbours over HTTP; knows no Django."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

import requests

from servicekit.base.telemetry import current_request_id

log = logging.getLogger(__name__)

TIMEOUT: Final = (0.5, 2.0)
"""Seconds to connect, and to wait for each part of the answer's head; its body is not read."""
NO_PROXY: Final = {"http": "", "https": ""}
"""A proxy that the surroundings name has no business between our services."""


class ProfileListener(Protocol):
    """Somebody who holds something of our users and must forget it when it changes."""

    def tell(self, *, user_id: int, changes: Collection[str]) -> bool:
        """Say which fields changed; True when it was accepted."""


@dataclass(frozen=True)
class ListeningService:
    """A neighbour that takes `POST /api/user-updated/`, with the service token that `token` gives."""

    name: str
    url: str
    token: Callable[[], str]

    def tell(self, *, user_id: int, changes: Collection[str]) -> bool:
        try:
            response = requests.post(
                url=f"{self.url}/api/user-updated/",
                json={"user_id": user_id, "changes": list(changes)},
                headers=_request_id(),
                auth=self._show_token,
                timeout=TIMEOUT,
                proxies=NO_PROXY,
                allow_redirects=False,
                # Only the status counts: a body that never ends must not hold us.
                stream=True,
            )
        except requests.RequestException as error:
            log.warning("%s did not hear of user %s: %s", self.name, user_id, error)
            return False
        response.close()
        if response.status_code != HTTPStatus.OK:
            log.warning("%s did not accept news of user %s: status %s", self.name, user_id, response.status_code)
        return response.status_code == HTTPStatus.OK

    def _show_token(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        # Not as a header: `requests` prefers what a .netrc of the surroundings has, unless it is told who we are.
        request.headers["Authorization"] = f"Bearer {self.token()}"
        return request


def _request_id() -> dict[str, str]:
    request_id = current_request_id()
    return {"X-Request-ID": request_id} if request_id else {}
