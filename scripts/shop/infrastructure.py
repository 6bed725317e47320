"""What the services stand on: where their databases, broker, cache and mail are."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from scripts.shop.mails import mails

# A shell often has a DATABASE_URL for other work; three services must not meet in it.
PER_SERVICE = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST", "EMAIL_PORT")


class Infrastructure(AbstractContextManager["Infrastructure"], Protocol):
    """Entered before the first service starts, left after the last one ended."""

    description: str

    @property
    def gateway(self) -> str:
        """The shop's one address for customers; empty where they reach each service directly."""
        ...

    @property
    def mailbox(self) -> str:
        """Where a person finds the mails."""
        ...

    def subjects_to(self, address: str) -> list[str]:
        """The subjects of the mails that an address has got, oldest first."""
        ...

    def environment_of(self, service: str) -> Mapping[str, str]:
        """The addresses that this service gets, beside what all services share."""


class Embedded:
    """SQLite, a folder as broker, files as cache and mailbox: what the services do when told nothing."""

    description = "embedded: SQLite, a folder as broker, files as cache and mailbox"
    gateway = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.mailbox = str(folder / "mail")

    def subjects_to(self, address: str) -> list[str]:
        return [str(mail["Subject"]) for mail in mails(self._folder / "mail") if mail["To"] == address]

    def environment_of(self, service: str) -> Mapping[str, str]:  # noqa: ARG002 - all share one folder
        return {"RUN_DIR": str(self._folder)}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Files need no ending."""


def make(kind: str, *, folder: Path, ports: Mapping[str, int]) -> Infrastructure:
    """:param kind: "embedded" or "native"."""
    if kind == "embedded":
        return Embedded(folder)
    # Its libraries are there for tests; the embedded shop needs none of them.
    from scripts.shop.native import Native  # noqa: PLC0415

    return Native(folder, ports)


def inherited_environment() -> dict[str, str]:
    """The shell's environment, less what must differ from service to service."""
    return {name: value for name, value in os.environ.items() if name not in PER_SERVICE}
