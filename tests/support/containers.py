"""Servers in Docker, by testcontainers, from the images of docker-compose.test.yml."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from tests.support import probes
from tests.support.addresses import ADDRESSES_OF, TITLES
from tests.support.errors import ServersUnavailable, Unusable
from tests.support.starting import Start, Started, wait_until_usable

COMPOSE = Path(__file__).parents[2] / "docker-compose.test.yml"
# The accounts are those of docker-compose.test.yml: for tests, and for nothing else.
ADDRESSES = {
    "postgres": ("postgresql://shop:test-only@{}/postgres",),
    "redis": ("redis://{}/0",),
    "rabbitmq": ("amqp://shop:test-only@{}/", "http://shop:test-only@{}"),
    "mail": ("smtp://{}", "http://{}"),
}


def starters(wanted: Sequence[str], *, keep_data: bool = False) -> list[Start]:
    """
    One function for each server.

    :param keep_data: data is on disk, so that it survives a restart; otherwise it is in memory.
    """
    import yaml
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import Reaper

    if not testcontainers_config.ryuk_disabled:
        # First and alone: it ends the containers if this process cannot, and must be started once only.
        _checked("the container that removes the others", Reaper.get_instance)
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    if keep_data:
        services = {server: {**service, "tmpfs": []} for server, service in services.items()}
    return [partial(_start, server, services[server]) for server in wanted]


def _start(server: str, service: dict[str, Any], cancelled: Event) -> Started:
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
        _checked(f"image {service['image']}", container.start)
        addresses, version = _wait_until_usable(server, container, ports, cancelled)
    except BaseException:
        container.stop()
        raise

    def restart() -> dict[str, str]:
        container.get_wrapped_container().restart()
        return _wait_until_usable(server, container, ports, Event())[0]  # Docker has given it other ports

    how, seconds = f"container of {service['image']}", time.monotonic() - began
    return Started(TITLES[server], how, seconds, addresses, version, container.stop, restart)


def _wait_until_usable(server: str, container: Any, ports: list[int], cancelled: Event) -> tuple[dict[str, str], str]:
    places = [f"{container.get_container_host_ip()}:{container.get_exposed_port(port)}" for port in ports]
    urls = [template.format(place) for template, place in zip(ADDRESSES[server], places, strict=True)]
    probe = getattr(probes, server)
    try:
        version = wait_until_usable(
            lambda: probe(*urls), check_runs=lambda: _check_runs(container), cancelled=cancelled
        )
    except Unusable as error:
        raise ServersUnavailable(f"{error}\n{_end_of_log(container)}") from error
    return dict(zip(ADDRESSES_OF[server], urls, strict=True)), version


def _checked(what: str, start: Callable[[], Any]) -> None:
    from docker.errors import DockerException  # type: ignore[import-untyped]  # it has none

    try:
        start()
    except (DockerException, TimeoutError, OSError) as error:
        raise ServersUnavailable(f"Docker cannot start {what}: {error}\n  Or choose --infra native.") from error


def _check_runs(container: Any) -> None:
    container.reload()
    if container.status == "exited":
        raise ServersUnavailable(f"The container of {container.image} ended:\n{_end_of_log(container)}")


def _end_of_log(container: Any) -> str:
    lines = b"".join(container.get_logs()).decode(errors="replace").splitlines()[-15:]
    return "\n".join(f"    {line}" for line in lines)
