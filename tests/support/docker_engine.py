"""Whether Docker runs on this machine."""

import os
import socket
from typing import Any
from urllib.parse import urlsplit

from tests.support.errors import ServersUnavailable


def is_running() -> bool:
    """
    Whether Docker runs.

    :raises ServersUnavailable: something listens at Docker's address, and does not answer.
    """
    host = _host()
    where = urlsplit(host)
    if where.scheme in ("unix", "http+unix"):
        listens = _listens(socket.AF_UNIX, where.path)
    elif where.scheme in ("tcp", "http", "https"):
        listens = _listens(socket.AF_INET, (where.hostname or "127.0.0.1", where.port or 2375))
    else:
        listens = True  # ssh and others: the ping tells
    if listens:
        _ping(host)
    return listens


def require() -> None:
    """
    :raises ServersUnavailable: Docker does not run, or does not answer.
    """
    if not is_running():
        raise ServersUnavailable(
            f"nothing listens at {_host()}, the address of Docker. Start Docker, or choose --infra native."
        )


def _host() -> str:
    from testcontainers.core.docker_client import get_docker_host

    return get_docker_host() or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def _listens(family: socket.AddressFamily, address: Any) -> bool:
    with socket.socket(family) as trial:
        trial.settimeout(3)
        return trial.connect_ex(address) == 0


def _ping(host: str) -> None:
    import docker  # type: ignore[import-untyped]  # it has none
    import requests

    try:
        docker.DockerClient(base_url=host, timeout=3).ping()
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise ServersUnavailable(
            f"Docker does not answer at {host} within 3 s: restart it, or choose --infra native.\n  ({error})"
        ) from error
