"""The shop in containers: docker-compose.e2e.yml, opened and closed."""

import os
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from scripts.shop import processes
from scripts.shop.ports import HOST
from scripts.shop.progress import step
from scripts.shop.project import GATEWAY, MAIL, ROLES, ROOT, SERVICES
from scripts.shop.running import TICK_SECONDS, StartFailed
from tests.support import ServersUnavailable, containers
from tests.support.mailbox import Mailbox

# A name of its own: end-to-end tests may run beside it, on other ports.
COMPOSE = ("docker", "compose", "--file", str(ROOT / "docker-compose.e2e.yml"), "--project-name", "shop-run")
STAFF = "staff"


class ComposedShop:
    """Has what `running.Shop` has for whoever uses a shop."""

    description = "docker: every process and server in a container, behind nginx"

    def __init__(self, *, ports: Mapping[str, int], folder: Path, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._log = folder / "logs" / "compose.log"
        self._gateway = f"http://{HOST}:{ports[GATEWAY.name]}"
        self._mail = f"http://{HOST}:{ports[MAIL.name]}"
        # The images run with production's settings, which take no password that stands in a file.
        self._staff = os.environ.get("DEMO_STAFF_USERNAME") or STAFF
        self._password = os.environ.get("DEMO_STAFF_PASSWORD") or secrets.token_urlsafe(12)
        self._environment = os.environ | {one.port_variable: str(ports[one.name]) for one in (GATEWAY, MAIL)}
        self._environment |= {"DEMO_STAFF_USERNAME": self._staff, "DEMO_STAFF_PASSWORD": self._password}
        self.doors = {service.name: self._gateway for service in SERVICES}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([*COMPOSE, "down", "--volumes", "--timeout", "10"], env=self._environment, capture_output=True,
                       check=False)  # fmt: skip

    def open(self) -> None:
        """:raises StartFailed: there is no Docker, or the shop is not healthy in time."""
        try:
            containers.require()
        except ServersUnavailable as trouble:
            raise StartFailed(str(trouble)) from trouble
        with step("building three images"):
            self._run("build")
        with step("starting the containers"):
            self._run("up", "--wait", "--wait-timeout", "300")

    def stay_open(self) -> None:
        """Wait for ever; Docker starts again what dies. Ends by `Stopped`."""
        while True:
            self.tick()

    def tick(self) -> None:
        self._stop()
        time.sleep(TICK_SECONDS)

    def log_ends(self, service: str) -> str:
        name = service.removesuffix("_service")
        processes_of_it = (f"{name}-{role}" for role in ROLES)
        shown = subprocess.run(
            [*COMPOSE, "logs", "--no-color", "--tail", "20", *processes_of_it],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return shown.stdout

    def subjects_to(self, address: str) -> list[str]:
        return [letter.subject for letter in Mailbox(self._mail).letters_to(address)]

    def addresses(self) -> str:
        return "\n".join(
            [
                *(f"  {name:<20}  API docs {self._gateway}/{name}/api/docs/" for name in self.doors),
                "",
                f"  Staff signs in as {self._staff} / {self._password} at {self._gateway}/api/auth/login/;",
                f"  a customer registers first, at {self._gateway}/api/users/.",
                f"  Logs: {' '.join(COMPOSE)} logs   Mails: {self._mail}",
                "",
                "  Ctrl-C closes the shop.",
            ]
        )

    def _run(self, *arguments: str) -> None:
        process = processes.start([*COMPOSE, *arguments], log=self._log, environment=self._environment)
        try:
            while process.poll() is None:
                self.tick()
        finally:
            processes.end([process])
        if process.returncode:
            raise StartFailed(
                f"docker compose {arguments[0]} {processes.how_it_ended(process.returncode)}. "
                f"The end of {self._log}:\n{processes.tail(self._log)}"
            )
