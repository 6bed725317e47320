"""Neighbours over HTTP; knows no Django."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour

log = logging.getLogger(__name__)


class ProfileListener(Protocol):
    """A service that stores something of our users and must forget it when it changes."""

    def tell(self, *, user_id: int, changes: Collection[str]) -> bool:
        """Say which fields changed; True when it was accepted."""


@dataclass(frozen=True)
class ListeningService:
    """A neighbour that takes `POST /api/user-updated/`."""

    neighbour: HttpNeighbour

    def tell(self, *, user_id: int, changes: Collection[str]) -> bool:
        try:
            response = self.neighbour.post("/api/user-updated/", json={"user_id": user_id, "changes": list(changes)})
        except NeighbourUnavailable as error:
            log.warning("could not tell a change of user %s: %s", user_id, error)
            return False
        accepted = response.status_code == HTTPStatus.OK
        if not accepted:
            log.warning("%s refused a change of user %s: %s", self.neighbour.name, user_id, response.status_code)
        return accepted
