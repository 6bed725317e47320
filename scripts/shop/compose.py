"""The shop in containers: docker-compose.e2e.yml, started and stopped."""

import os
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from scripts.shop import processes
from scripts.shop.errors import CannotRun
from scripts.shop.mails import Mail
from scripts.shop.ports import HOST
from scripts.shop.progress import step
from scripts.shop.project import GATEWAY, MAIL, ROLES, ROOT, SERVICES
from tests.support import ServersUnavailable, docker_engine
from tests.support.mailbox import Mailbox

# A name of its own: end-to-end tests may run beside it, on other ports.
COMPOSE = ("docker", "compose", "--file", str(ROOT / "docker-compose.e2e.yml"), "--project-name", "shop-run")
TICK_SECONDS = 0.1


class ComposeShop:
    """What `running.Shop` is, in containers; Docker starts again what dies."""

    def __init__(self, *, ports: Mapping[str, int], folder: Path, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._log = folder / "logs" / "compose.log"
        # The images run with production's settings, which take no password that stands in a file.
        password = os.environ.get("DEMO_STAFF_PASSWORD") or secrets.token_urlsafe(12)
        self.staff = (os.environ.get("DEMO_STAFF_USERNAME") or "staff", password)
        self._environment = os.environ | {one.port_variable: str(ports[one.name]) for one in (GATEWAY, MAIL)}
        self._environment |= dict(zip(("DEMO_STAFF_USERNAME", "DEMO_STAFF_PASSWORD"), self.staff, strict=True))
        self.gateway = f"http://{HOST}:{ports[GATEWAY.name]}"
        self.urls = {service.name: self.gateway for service in SERVICES}
        self.logs = f"{' '.join(COMPOSE)} logs"
        self.mailbox = f"http://{HOST}:{ports[MAIL.name]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.output_of("down", "--volumes", "--timeout", "10")

    def start(self) -> None:
        """:raises CannotRun: there is no Docker, or the shop is not healthy in time."""
        try:
            docker_engine.require()
        except ServersUnavailable as error:
            raise CannotRun(str(error)) from error
        with step("building three images"):
            self._run("build")
        with step("starting the containers"):
            self._run("up", "--wait", "--wait-timeout", "300")

    def tick(self) -> None:
        """
        Pause for a moment.

        :raises Stopped: somebody asked the shop to stop.
        """
        self._stop()
        time.sleep(TICK_SECONDS)

    def log_ends(self, service: str) -> str:
        """The last lines of each of a service's processes."""
        containers_of_it = (f"{service.removesuffix('_service')}-{role}" for role in ROLES)
        return self.output_of("logs", "--no-color", "--tail", "20", *containers_of_it)

    def mails_to(self, address: str) -> list[Mail]:
        """The mails to an address, oldest first."""
        return [Mail(one.subject, one.text) for one in Mailbox(self.mailbox).letters_to(address)]

    def _run(self, *arguments: str) -> None:
        process = processes.start([*COMPOSE, *arguments], log=self._log, environment=self._environment)
        try:
            while process.poll() is None:
                self.tick()
        finally:
            processes.end([process])
        if process.returncode:
            raise CannotRun(
                f"docker compose {arguments[0]} {processes.how_it_ended(process.returncode)}. "
                f"{processes.end_of(self._log)}"
            )

    def output_of(self, *arguments: str) -> str:
        """What `docker compose` with these arguments writes to its standard output."""
        command = [*COMPOSE, *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False).stdout
