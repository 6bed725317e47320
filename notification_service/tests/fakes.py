"""Fakes of what is outside the service: they take the same calls and record them."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from notification_service.clients import Contact
from notification_service.exceptions import UnknownUser
from notification_service.mail import Mail
from servicekit.base.exceptions import NeighbourUnavailable


class FakeUserDirectory:
    """Knows these contacts only; raises `error` when it is set."""

    def __init__(self, *contacts: Contact, error: Exception | None = None):
        self.contacts = {contact.user_id: contact for contact in contacts}
        self.error = error
        self.asked: list[int] = []
        self.forgotten: list[int] = []

    def contact(self, user_id: int) -> Contact:
        self.asked.append(user_id)
        if self.error:
            raise self.error
        try:
            return self.contacts[user_id]
        except KeyError:
            raise UnknownUser(user_id) from None

    def forget(self, user_id: int) -> None:
        self.forgotten.append(user_id)


class FakeMailSender:
    """Accepts every mail; raises `error` when it is set."""

    def __init__(self, *, error: Exception | None = None):
        self.error = error
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        if self.error:
            raise self.error
        self.mails.append(mail)


class FakeNeighbour:
    """An HttpNeighbour that gives the same answer to every request."""

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
    """A cache in which nothing expires."""

    def __init__(self) -> None:
        self.entries: dict[str, object] = {}

    def get(self, key: str) -> object:
        return self.entries.get(key)

    def add(self, key: str, value: object, timeout: float | None) -> bool:
        return self.entries.setdefault(key, value) is value

    def delete(self, key: str) -> bool:
        return self.entries.pop(key, None) is not None

    def set(self, key: str, value: object, timeout: float | None) -> None:
        self.entries[key] = value


class FakeMailConnection:
    """A Django mail backend that records messages; raises `error` when it is set."""

    def __init__(self, *, error: Exception | None = None):
        self.error = error
        self.messages: list[Any] = []

    def send_messages(self, messages: Iterable[Any]) -> int:
        if self.error:
            raise self.error
        for message in messages:
            message.message()  # as real backends do; it raises when a header contains a line break
            self.messages.append(message)
        return len(self.messages)
