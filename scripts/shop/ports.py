"""The port of each service, and whether it is free."""

import errno
import socket
from collections.abc import Iterable, Mapping

from scripts.shop.errors import CannotRun
from scripts.shop.project import Service

HOST = "127.0.0.1"


def choose(services: Iterable[Service], environment: Mapping[str, str]) -> dict[str, int]:
    """
    The port of each service, from its variable or its default.

    :raises CannotRun: a value is no port, two services have the same, or another program listens there.
    """
    services = tuple(services)
    complaints = []
    chosen: dict[str, int] = {}

    for service in services:
        text = environment.get(service.port_variable) or str(service.default_port)
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
            complaints.append(f"{service.port_variable}={text} is not a port (1 to 65535).")
            continue
        port = int(text)
        if port in chosen.values():
            complaints.append(f"{service.port_variable}={port} is the port of another service already.")
        elif problem := _problem(port):
            complaints.append(
                f"Port {port} of {service.name} {problem}. "
                f"Set {service.port_variable} to another: {service.port_variable}={port + 100} scripts/run.sh"
            )
        chosen[service.name] = port

    if complaints:
        raise CannotRun("\n".join(complaints))
    return chosen


def free(services: Iterable[Service]) -> dict[str, int]:
    """A free port for each service."""
    services = tuple(services)
    servers = [socket.create_server((HOST, 0)) for _ in services]
    chosen = {service.name: server.getsockname()[1] for service, server in zip(services, servers, strict=True)}
    for server in servers:
        server.close()
    return chosen


def _problem(port: int) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the service does: connections of the last run that are not closed yet are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return "is taken by another program"
            return f"cannot be used ({error.strerror})"
    return None
