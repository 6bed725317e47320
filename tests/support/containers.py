"""Servers in Docker, by testcontainers, from the images of docker-compose.test.yml."""

import os
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support import probes
from tests.support.errors import ServersUnavailable, Unusable
from tests.support.given import PARTS, TITLES
from tests.support.starting import Started, wait_until_usable

COMPOSE = Path(__file__).parents[2] / "docker-compose.test.yml"
PATIENCE = 120.0  # seconds for one server to start, on a machine busy with much else


def present() -> bool:
    """
    Whether there is a Docker to be used.

    :raises ServersUnavailable: something listens where Docker should be, and does not answer.
    """
    host = _host()
    where = urlsplit(host)
    if where.scheme in ("unix", "http+unix"):
        reachable = _listens(socket.AF_UNIX, where.path)
    elif where.scheme in ("tcp", "http", "https"):
        reachable = _listens(socket.AF_INET, (where.hostname or "127.0.0.1", where.port or 2375))
    else:
        reachable = True  # ssh and others: only asking tells
    if reachable:
        _ask(host)
    return reachable


def require() -> None:
    """
    :raises ServersUnavailable: Docker is not there, or does not answer.
    """
    if not present():
        raise ServersUnavailable(
            f"nothing listens at {_host()}, where Docker should be. Start it, or choose --infra native."
        )


def starters(kinds: Sequence[str], *, lasting: bool = False) -> list[Callable[[], Started]]:
    """
    One function for each server wanted, to be called side by side.

    :param lasting: data lies on disk, and so outlives a restart, which memory does not.
    """
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import Reaper

    if not testcontainers_config.ryuk_disabled:
        # First and alone: it ends the others if this process cannot, and is made only once.
        _or_say_why("the reaper", Reaper.get_instance)
    import yaml

    services = yaml.safe_load(COMPOSE.read_text())["services"]
    if lasting:
        services = {kind: {**service, "tmpfs": []} for kind, service in services.items()}
    return [partial(_start, kind, services[kind]) for kind in kinds]


def _start(kind: str, service: dict[str, Any]) -> Started:
    from testcontainers.core.container import DockerContainer

    began = time.monotonic()
    ports = [int(str(port).rpartition(":")[2]) for port in service["ports"]]
    container = DockerContainer(service["image"]).with_exposed_ports(*ports)
    container.with_envs(**service.get("environment", {}))
    if "command" in service:
        container.with_command(service["command"])
    for mount in service.get("tmpfs", []):
        container.with_tmpfs_mount(*mount.split(":", 1))
    try:
        _or_say_why(f"image {service['image']}", container.start)
        addresses, version = _wait_until_usable(kind, container, ports)
    except BaseException:
        container.stop()
        raise

    def restart() -> dict[str, str]:
        container.get_wrapped_container().restart()
        return _wait_until_usable(kind, container, ports)[0]  # Docker has given it other ports

    how, seconds = f"container of {service['image']}", time.monotonic() - began
    return Started(TITLES[kind], how, seconds, addresses, version, container.stop, restart)


def _wait_until_usable(kind: str, container: Any, ports: list[int]) -> tuple[dict[str, str], str]:
    host = container.get_container_host_ip()
    mapped = [container.get_exposed_port(port) for port in ports]
    addresses = dict(zip(PARTS[kind], _addresses(kind, f"{host}:{{}}", mapped), strict=True))
    probe = getattr(probes, kind)
    try:
        version = wait_until_usable(
            lambda: probe(*addresses.values()), within=PATIENCE, still_alive=lambda: _still_runs(container)
        )
    except Unusable as no:
        raise ServersUnavailable(f"{no}\n{_log_end(container)}") from no
    return addresses, version


def _addresses(kind: str, place: str, ports: list[int]) -> list[str]:
    """The accounts are those that docker-compose.test.yml gives these servers: for tests, and for nothing else."""
    at = [place.format(port) for port in ports]
    match kind:
        case "postgres":
            return [f"postgresql://shop:test-only@{at[0]}/postgres"]
        case "redis":
            return [f"redis://{at[0]}/0"]
        case "rabbitmq":
            return [f"amqp://shop:test-only@{at[0]}/", f"http://shop:test-only@{at[1]}"]
        case _:
            return [f"smtp://{at[0]}", f"http://{at[1]}"]


def _host() -> str:
    from testcontainers.core.docker_client import get_docker_host

    return get_docker_host() or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def _listens(family: socket.AddressFamily, address: Any) -> bool:
    with socket.socket(family) as trial:
        trial.settimeout(3)
        try:
            trial.connect(address)
        except OSError:
            return False
        return True


def _ask(host: str) -> None:
    import docker  # type: ignore[import-untyped]  # it has none
    import requests

    try:
        docker.DockerClient(base_url=host, timeout=3).ping()
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise ServersUnavailable(
            f"Docker does not answer at {host} within 3 s: restart it, or choose --infra native.\n  ({error})"
        ) from error


def _or_say_why(what: str, start: Callable[[], Any]) -> None:
    from docker.errors import DockerException  # type: ignore[import-untyped]  # it has none

    try:
        start()
    except (DockerException, TimeoutError, OSError) as error:
        raise ServersUnavailable(
            f"Docker cannot start {what}: {error}\n  Mend that, or choose --infra native."
        ) from error


def _still_runs(container: Any) -> None:
    container.reload()
    if container.status == "exited":
        raise ServersUnavailable(f"The container of {container.image} ended at once:\n{_log_end(container)}")


def _log_end(container: Any) -> str:
    lines = b"".join(container.get_logs()).decode(errors="replace").splitlines()[-15:]
    return "\n".join(f"    {line}" for line in lines)
