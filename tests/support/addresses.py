"""The addresses of the servers."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self
from urllib.parse import urlsplit, urlunsplit

VARIABLES = {
    "postgres": "TEST_POSTGRES_URL",
    "redis": "TEST_REDIS_URL",
    "rabbitmq": "TEST_RABBITMQ_URL",
    "rabbitmq_api": "TEST_RABBITMQ_API_URL",
    "mail_smtp": "TEST_MAIL_SMTP_URL",
    "mail_api": "TEST_MAIL_API_URL",
}
EXAMPLES = {
    "postgres": "postgresql://user:password@127.0.0.1:5432/postgres",
    "redis": "redis://127.0.0.1:6379/0",
    "rabbitmq": "amqp://guest:guest@127.0.0.1:5672/",
    "rabbitmq_api": "http://guest:guest@127.0.0.1:15672",
    "mail_smtp": "smtp://127.0.0.1:1025",
    "mail_api": "http://127.0.0.1:8025",
}
ADDRESSES_OF = {
    "postgres": ("postgres",),
    "redis": ("redis",),
    "rabbitmq": ("rabbitmq", "rabbitmq_api"),
    "mail": ("mail_smtp", "mail_api"),
}
"""The addresses of each server."""
TITLES = {"postgres": "PostgreSQL", "redis": "Redis", "rabbitmq": "RabbitMQ", "mail": "Mail catcher"}
OWN_SERVERS = "TEST_OWN_SERVERS"


@dataclass(frozen=True)
class Servers:
    """The addresses of the servers, with accounts that may create databases and virtual hosts."""

    postgres: str
    redis: str
    rabbitmq: str
    rabbitmq_api: str
    mail_smtp: str
    mail_api: str

    def to_environment(self) -> dict[str, str]:
        """The variables by which child processes find these servers."""
        return {VARIABLES[name]: address for name, address in asdict(self).items()}

    def for_tests(self, kind: str) -> dict[str, str]:
        """
        The variables by which test processes find these servers, and start none but those of a single test.

        :param kind: how these servers were chosen: auto, env, docker or native; a single test's are chosen so too.
        """
        return {**self.to_environment(), "TEST_INFRA": "env", OWN_SERVERS: kind}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self | None:
        """The servers named in the environment, if all of them are."""
        named = {name: environment.get(variable, "") for name, variable in VARIABLES.items()}
        return cls(**named) if all(named.values()) else None


def without_password(address: str) -> str:
    """An address as it may be shown: `amqp://guest:***@host:5672/`."""
    parts = urlsplit(address)
    account, at, host = parts.netloc.rpartition("@")
    user, colon, _ = account.partition(":")
    return urlunsplit(parts._replace(netloc=f"{user}{':***' if colon else ''}{at}{host}"))
