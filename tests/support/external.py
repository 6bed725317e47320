"""Servers that run already, and whose addresses are in the environment."""

import os
import time
from collections.abc import Mapping
from threading import Event

from tests.support import probes
from tests.support.addresses import ADDRESSES_OF, EXAMPLES, TITLES, VARIABLES, without_password
from tests.support.errors import ServersUnavailable, Unusable
from tests.support.starting import Start, Started


def named(environment: Mapping[str, str] = os.environ) -> list[str]:
    """
    The servers that the environment names.

    :raises ServersUnavailable: one of the two addresses of a server is missing.
    """
    found = []
    for server, names in ADDRESSES_OF.items():
        missing = [VARIABLES[name] for name in names if not environment.get(VARIABLES[name])]
        if not missing:
            found.append(server)
        elif len(missing) < len(names):
            raise ServersUnavailable(f"The environment has one address of {TITLES[server]}: {missing[0]} is missing.")
    return found


def require_all(environment: Mapping[str, str] = os.environ) -> None:
    """
    :raises ServersUnavailable: lists every address that is missing, with an example.
    """
    missing = [name for name, variable in VARIABLES.items() if not environment.get(variable)]
    if missing:
        examples = "\n".join(f"  {VARIABLES[name]}={EXAMPLES[name]}" for name in missing)
        raise ServersUnavailable(
            f"--infra env takes the servers of the environment, and these are not set, e.g.:\n{examples}"
        )


def starter(server: str, environment: Mapping[str, str] = os.environ) -> Start:
    """A function that checks one server of the environment."""
    addresses = {
        name: environment[VARIABLES[name]].rstrip("/" if name.endswith("_api") else "") for name in ADDRESSES_OF[server]
    }

    def check(_: Event) -> Started:
        began = time.monotonic()
        try:
            version = getattr(probes, server)(*addresses.values())
        except Unusable as error:
            variable = VARIABLES[ADDRESSES_OF[server][0]]
            raise ServersUnavailable(f"{error}\n  ({variable} names it: correct or unset that)") from error
        how = f"in the environment, {without_password(next(iter(addresses.values())))}"
        return Started(TITLES[server], how, time.monotonic() - began, addresses, version)

    return check
