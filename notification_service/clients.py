"""Neighbours over HTTP: user_service, which knows the names and addresses of users."""

from dataclasses import asdict, dataclass, fields
from typing import Protocol

from notification_service.exceptions import UnknownUser
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


@dataclass(frozen=True)
class Contact:
    """What a mail to a user needs."""

    user_id: int
    name: str
    email: str
    email_verified: bool
    is_active: bool


class UserDirectory(Protocol):
    def contact(self, user_id: int) -> Contact:
        """
        Look up a user's name and address.

        :raises UnknownUser: user_service has no user with this id.
        :raises NeighbourUnavailable: no answer, or not a valid one.
        """
        ...

    def forget(self, user_id: int) -> None:
        """Drop what is cached of this user."""
        ...


class HttpUserDirectory:
    """Asks user_service each time."""

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def contact(self, user_id: int) -> Contact:
        response = self.neighbour.get(f"/api/users/{user_id}/")
        # A 404 without this code may be a route that has moved: then mails wait.
        if response.status_code == 404 and self.neighbour.json_object(response).get("code") == "USER_NOT_FOUND":
            raise UnknownUser(user_id)
        if response.status_code != 200:
            # 401 and 403 too: our own credentials are wrong, which operators can repair while the mail waits.
            raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")

        match self.neighbour.json_object(response):
            case {
                "id": int(id_),
                "username": str(username),
                "email": str(email),
                "email_verified": bool(verified),
                "is_active": bool(active),
                **rest,
            } if id_ == user_id:
                first_name = rest.get("first_name")
                name = first_name if isinstance(first_name, str) and first_name.strip() else username
                return Contact(user_id=user_id, name=name, email=email, email_verified=verified, is_active=active)
            case _:
                raise NeighbourUnavailable(self.neighbour.name, "answered without a field of a contact")

    def forget(self, user_id: int) -> None:
        """Nothing is cached here."""


class Cache(Protocol):
    """The methods of Django's cache that are used here."""

    def get(self, key: str) -> object: ...
    def add(self, key: str, value: object, timeout: float | None) -> object: ...
    def delete(self, key: str) -> object: ...
    def set(self, key: str, value: object, timeout: float | None) -> object: ...


class CachedUserDirectory:
    """
    Caches the answers of another directory for some seconds.

    `forget` leaves a marker for longer than a lookup takes. A lookup that began before the change cannot cache its
    old answer, because `add` does not replace the marker.
    """

    LOOKUP_SECONDS = 10.0

    def __init__(self, directory: UserDirectory, cache: Cache, *, seconds: float):
        self.directory = directory
        self.cache = cache
        self.seconds = seconds

    def contact(self, user_id: int) -> Contact:
        cached = self.cache.get(self._key(user_id))
        # Anything else is the marker, or another release's.
        if isinstance(cached, dict) and cached.keys() == {field.name for field in fields(Contact)}:
            return Contact(**cached)
        contact = self.directory.contact(user_id)
        self.cache.add(self._key(user_id), asdict(contact), self.seconds)
        return contact

    def forget(self, user_id: int) -> None:
        # Deleted first: for a second after a failure, the cache skips `set` but not `delete`.
        self.cache.delete(self._key(user_id))
        self.cache.set(self._key(user_id), "forgotten", self.LOOKUP_SECONDS)

    @staticmethod
    def _key(user_id: int) -> str:
        return f"contact:{user_id}"
