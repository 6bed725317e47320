"""Reads the mails of the mail catcher."""

from dataclasses import dataclass
from typing import Any

from tests.support.http import session


@dataclass(frozen=True)
class Letter:
    """A mail that arrived."""

    to: list[str]
    subject: str
    text: str


class Mailbox:
    """All mails of a mail catcher, Mailpit or our own."""

    def __init__(self, api: str):
        self.api = f"{api}/api/v1"

    def letters_to(self, address: str) -> list[Letter]:
        """The mails to an address, oldest first."""
        found = self._get("search", query=f'to:"{address}"')["messages"]
        # The search also finds addresses that contain this one.
        exactly = [one["ID"] for one in found if address in _addresses(one)]
        return [self._letter(message_id) for message_id in reversed(exactly)]

    def clear(self) -> None:
        """Delete every mail, also those of other tests: rather give each test its own addresses."""
        session.delete(f"{self.api}/messages", timeout=5).raise_for_status()

    def _letter(self, message_id: str) -> Letter:
        message = self._get(f"message/{message_id}")
        return Letter(
            to=_addresses(message),
            subject=message["Subject"],
            text=message["Text"].replace("\r\n", "\n").strip(),
        )

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        answer = session.get(f"{self.api}/{path}", params=query, timeout=5)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _addresses(message: dict[str, Any]) -> list[str]:
    return [person["Address"] for person in message["To"]]
