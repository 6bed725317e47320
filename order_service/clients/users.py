"""Looks up at user_service whether a user may order."""

from typing import Protocol

from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


class UserDirectory(Protocol):
    def is_active(self, user_id: int) -> bool:
        """
        Whether this user exists and may order.

        :raises NeighbourUnavailable: no answer, or an unexpected one.
        """
        ...

    def forget(self, user_id: int) -> None:
        """Look this user up again next time."""
        ...


class HttpUserDirectory:
    """Asks user_service each time."""

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def is_active(self, user_id: int) -> bool:
        response = self.neighbour.get(f"/api/users/{user_id}/")
        # Only with this code: another 404 may come from a changed route, and says nothing about the user.
        if response.status_code == 404 and self.neighbour.json_object(response).get("code") == "USER_NOT_FOUND":
            return False
        if response.status_code != 200:
            # 401 and 403 too: our own token was refused, which says nothing about the user.
            raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")

        match self.neighbour.json_object(response):
            case {"id": int(id_), "is_active": bool(active)} if id_ == user_id:
                return active
            case _:
                raise NeighbourUnavailable(self.neighbour.name, "answered without id or is_active")

    def forget(self, user_id: int) -> None:
        """Does nothing: there is no cache here."""


class Cache(Protocol):
    """The methods of Django's cache that are used here."""

    def get(self, key: str) -> object: ...
    def add(self, key: str, value: object, timeout: float | None) -> object: ...
    def set(self, key: str, value: object, timeout: float | None) -> None: ...
    def delete(self, key: str) -> object: ...


class CachedUserDirectory:
    """
    Caches for some seconds that a user is active. That a user is not active is not cached, so that it may change.

    `forget` writes a marker that lasts longer than a lookup. A lookup that began before the change then cannot store
    its old answer, because `add` does not overwrite the marker.
    """

    LOOKUP_SECONDS = 10.0

    def __init__(self, directory: UserDirectory, cache: Cache, *, seconds: float):
        self.directory = directory
        self.cache = cache
        self.seconds = seconds

    def is_active(self, user_id: int) -> bool:
        if self.cache.get(self._key(user_id)) is True:
            return True
        active = self.directory.is_active(user_id)
        if active:
            self.cache.add(self._key(user_id), True, self.seconds)
        return active

    def forget(self, user_id: int) -> None:
        # After a failure the cache skips writes for a second, but never a delete (servicekit.storage.cache).
        self.cache.delete(self._key(user_id))
        self.cache.set(self._key(user_id), "forgotten", self.LOOKUP_SECONDS)

    @staticmethod
    def _key(user_id: int) -> str:
        return f"active-user:{user_id}"
