"""user_service, which knows who is a customer."""

from typing import Protocol

from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


class UserDirectory(Protocol):
    def is_active(self, user_id: int) -> bool:
        """
        Whether this user exists and may order.

        :raises NeighbourUnavailable: no answer, or none that can be understood.
        """
        ...

    def forget(self, user_id: int) -> None:
        """Ask anew next time."""
        ...


class HttpUserDirectory:
    """user_service's answers, asked for each time."""

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def is_active(self, user_id: int) -> bool:
        response = self.neighbour.get(f"/api/users/{user_id}/")
        # Its code, for a 404 alone may also be a route that moved, which says nothing about the customer.
        if response.status_code == 404 and self.neighbour.json_object(response).get("code") == "USER_NOT_FOUND":
            return False
        if response.status_code != 200:
            # 401 and 403 too: our own credentials are wrong, and that says nothing about the customer.
            raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")

        match self.neighbour.json_object(response):
            case {"id": int(who), "is_active": bool(active)} if who == user_id:
                return active
            case _:
                raise NeighbourUnavailable(self.neighbour.name, "answered without id or is_active")

    def forget(self, user_id: int) -> None:
        """Nothing is kept here."""


class Cache(Protocol):
    """The verbs of Django's cache that are used here."""

    def get(self, key: str) -> object: ...
    def add(self, key: str, value: object, timeout: float | None) -> object: ...
    def set(self, key: str, value: object, timeout: float | None) -> None: ...
    def delete(self, key: str) -> object: ...


class RememberingUserDirectory:
    """
    Another directory, whose good news is kept for a while. A no is asked for again: it may be mended by now.

    To forget leaves a mark for longer than a lookup takes: an answer that was already on its way is older than the
    change, and `add` does not write over the mark.
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
        # For a second after a failure the cache skips writes, but it always tries to delete (servicekit.storage.cache).
        self.cache.delete(self._key(user_id))
        self.cache.set(self._key(user_id), "forgotten", self.LOOKUP_SECONDS)

    @staticmethod
    def _key(user_id: int) -> str:
        return f"active-user:{user_id}"
