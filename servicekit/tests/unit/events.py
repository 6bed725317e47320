"""The events of the kit's tests."""

from dataclasses import dataclass

from servicekit.messages.events import Envelope, Event


@dataclass(frozen=True)
class BookWritten(Event):
    TYPE = "book.written"

    title: str

    @property
    def subject(self) -> str:
        return self.title


def book_written(title: str = "Middlemarch", **changed: object) -> Envelope:
    return Envelope(
        **{"source": "/press", "type": "book.written", "subject": title, "data": {"title": title}} | changed
    )
