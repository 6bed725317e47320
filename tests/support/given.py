"""Servers whose addresses stand in the environment."""

import os
import time
from collections.abc import Callable, Mapping

from tests.support import probes
from tests.support.addresses import EXAMPLES, VARIABLES, without_password
from tests.support.errors import ServersUnavailable, Unusable
from tests.support.starting import Started

PARTS = {
    "postgres": ("postgres",),
    "redis": ("redis",),
    "rabbitmq": ("rabbitmq", "rabbitmq_api"),
    "mail": ("mail_smtp", "mail_api"),
}
TITLES = {"postgres": "PostgreSQL", "redis": "Redis", "rabbitmq": "RabbitMQ", "mail": "Mail catcher"}


def kinds(environment: Mapping[str, str] = os.environ) -> list[str]:
    """
    Which servers the environment names.

    :raises ServersUnavailable: one of two addresses of a server is missing.
    """
    named = []
    for kind, parts in PARTS.items():
        absent = [VARIABLES[part] for part in parts if not environment.get(VARIABLES[part])]
        if not absent:
            named.append(kind)
        elif len(absent) < len(parts):
            raise ServersUnavailable(f"The environment has half of {TITLES[kind]}'s addresses: {absent[0]} is missing.")
    return named


def require_all(environment: Mapping[str, str] = os.environ) -> None:
    """
    :raises ServersUnavailable: names every address that is missing, with an example.
    """
    absent = [part for part, variable in VARIABLES.items() if not environment.get(variable)]
    if absent:
        examples = "\n".join(f"  {VARIABLES[part]}={EXAMPLES[part]}" for part in absent)
        raise ServersUnavailable(
            f"--infra env takes servers from the environment, and these are not set, e.g.:\n{examples}"
        )


def starter(kind: str, environment: Mapping[str, str] = os.environ) -> Callable[[], Started]:
    """A function that checks one server of the environment."""
    addresses = {
        part: environment[VARIABLES[part]].rstrip("/" if part.endswith("_api") else "") for part in PARTS[kind]
    }

    def check() -> Started:
        began = time.monotonic()
        try:
            version = getattr(probes, kind)(*addresses.values())
        except Unusable as no:
            raise ServersUnavailable(f"{no}\n  ({VARIABLES[PARTS[kind][0]]} names it: correct or unset that)") from no
        how = f"given, {without_password(next(iter(addresses.values())))}"
        return Started(TITLES[kind], how, time.monotonic() - began, addresses, version)

    return check
