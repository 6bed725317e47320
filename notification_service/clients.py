"""Neighbours over HTTP: user_service, which knows who people are and where to write to them."""

from dataclasses import dataclass
from typing import Protocol

from notification_service.exceptions import UnknownUser
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


@dataclass(frozen=True)
class Contact:
    """What is needed to write to somebody."""

    user_id: int
    name: str
    email: str
    is_active: bool


class UserDirectory(Protocol):
    def contact(self, user_id: int) -> Contact:
        """
        Whom to write to.

        :raises UnknownUser: nobody has this id.
        :raises NeighbourUnavailable: no answer, or none that can be understood.
        """
        ...

    def forget(self, user_id: int) -> None:
        """Ask anew next time."""
        ...


class UserService:
    """user_service's answers, asked for each time."""

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def contact(self, user_id: int) -> Contact:
        response = self.neighbour.get(f"/api/users/{user_id}/")
        # Its code, for a 404 alone may also be a route that moved, and mails wait rather than fail for that.
        if response.status_code == 404 and self.neighbour.json_object(response).get("code") == "USER_NOT_FOUND":
            raise UnknownUser(user_id)
        if response.status_code != 200:
            # 401 and 403 too: our own credentials are wrong, which people can mend while the delivery waits.
            raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")

        match self.neighbour.json_object(response):
            case {
                "id": int(who),
                "username": str(username),
                "email": str(email),
                "is_active": bool(active),
                **rest,
            } if who == user_id:
                first_name = rest.get("first_name")
                name = first_name if isinstance(first_name, str) and first_name.strip() else username
                return Contact(user_id=user_id, name=name, email=email, is_active=active)
            case _:
                raise NeighbourUnavailable(self.neighbour.name, "answered without id, username, email or is_active")

    def forget(self, user_id: int) -> None:
        """Nothing is kept here."""


class Cache(Protocol):
    """The verbs of Django's cache that are used here."""

    def get(self, key: str) -> object: ...
    def add(self, key: str, value: object, timeout: float | None) -> object: ...
    def delete(self, key: str) -> object: ...
    def set(self, key: str, value: object, timeout: float | None) -> object: ...


class RememberingUserDirectory:
    """
    Another directory, whose answers are kept for a while.

    To forget leaves a mark for longer than a lookup takes: an answer that was already on its way is older than the
    change, and `add` does not write over the mark.
    """

    LOOKUP_SECONDS = 10.0

    def __init__(self, directory: UserDirectory, cache: Cache, *, seconds: float):
        self.directory = directory
        self.cache = cache
        self.seconds = seconds

    def contact(self, user_id: int) -> Contact:
        kept = self.cache.get(self._key(user_id))
        if isinstance(kept, Contact):
            return kept
        contact = self.directory.contact(user_id)
        self.cache.add(self._key(user_id), contact, self.seconds)
        return contact

    def forget(self, user_id: int) -> None:
        # For a second after a failure the cache skips writes, but it always tries to delete (servicekit.storage.cache).
        self.cache.delete(self._key(user_id))
        self.cache.set(self._key(user_id), "forgotten", self.LOOKUP_SECONDS)

    @staticmethod
    def _key(user_id: int) -> str:
        return f"contact:{user_id}"
