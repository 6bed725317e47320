"""The servers under the shop's services: databases, broker, cache and mail."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.mails import Mail, mails_to
from scripts.shop.project import SERVICES

# A shell often has a DATABASE_URL for other work; the three services must not share it.
PER_SERVICE = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "EMAIL_HOST", "EMAIL_PORT")


@dataclass(frozen=True)
class Infrastructure:
    """
    Servers that run for as long as a shop needs them.

    :param environments: for each service, the variables with the addresses of its servers.
    :param mailbox: where a person finds the mails.
    :param mails_to: gives the mails to an address, oldest first.
    :param gateway: the shop's one URL for customers; empty where they reach each service directly.
    """

    environments: Mapping[str, Mapping[str, str]]
    mailbox: str
    mails_to: Callable[[str], list[Mail]]
    gateway: str = ""


@contextmanager
def embedded(folder: Path) -> Iterator[Infrastructure]:
    """SQLite, a folder as broker, files as cache and mailbox: the services' defaults."""
    mailbox = folder / "mail"
    yield Infrastructure(
        environments={service.name: {"RUN_DIR": str(folder)} for service in SERVICES},
        mailbox=str(mailbox),
        mails_to=lambda address: mails_to(address, mailbox),
    )


def inherited_environment() -> dict[str, str]:
    """The shell's environment, without what differs from service to service."""
    return {name: value for name, value in os.environ.items() if name not in PER_SERVICE}
