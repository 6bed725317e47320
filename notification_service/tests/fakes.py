"""Stand-ins for what is outside: they take what the real thing takes, and remember."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from notification_service.clients import Contact
from notification_service.exceptions import UnknownUser
from notification_service.mail import Letter
from servicekit.base.exceptions import NeighbourUnavailable


class FakeUserDirectory:
    """Knows these contacts and nobody else; with `trouble`, answers nobody."""

    def __init__(self, *contacts: Contact, trouble: Exception | None = None):
        self.contacts = {contact.user_id: contact for contact in contacts}
        self.trouble = trouble
        self.asked: list[int] = []
        self.forgotten: list[int] = []

    def contact(self, user_id: int) -> Contact:
        self.asked.append(user_id)
        if self.trouble:
            raise self.trouble
        try:
            return self.contacts[user_id]
        except KeyError:
            raise UnknownUser(user_id) from None

    def forget(self, user_id: int) -> None:
        self.forgotten.append(user_id)


class FakePost:
    """Takes every letter; with `trouble`, none."""

    def __init__(self, *, trouble: Exception | None = None):
        self.trouble = trouble
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        if self.trouble:
            raise self.trouble
        self.letters.append(letter)


class FakeNeighbour:
    """user_service as HttpNeighbour shows it: one answer, whatever is asked."""

    name = "user_service"

    def __init__(self, status: int, body: Any = None):
        self.response = SimpleNamespace(status_code=status, body=body)
        self.paths: list[str] = []

    def get(self, path: str) -> Any:
        self.paths.append(path)
        return self.response

    def json_object(self, response: Any) -> dict[str, Any]:
        if not isinstance(response.body, dict):
            raise NeighbourUnavailable(self.name, "answered no JSON object")
        return response.body


class FakeCache:
    """A cache that keeps everything until it is told otherwise."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def get(self, key: str) -> object:
        return self.kept.get(key)

    def add(self, key: str, value: object, timeout: float | None) -> bool:
        return self.kept.setdefault(key, value) is value

    def delete(self, key: str) -> bool:
        return self.kept.pop(key, None) is not None

    def set(self, key: str, value: object, timeout: float | None) -> None:
        self.kept[key] = value


class FakeMailConnection:
    """A Django mail backend that keeps what it is given, or fails as told."""

    def __init__(self, *, trouble: Exception | None = None):
        self.trouble = trouble
        self.messages: list[Any] = []

    def send_messages(self, messages: Iterable[Any]) -> int:
        if self.trouble:
            raise self.trouble
        # What a real backend does first, and where a header with a line break is found out.
        for message in messages:
            message.message()
            self.messages.append(message)
        return len(self.messages)
