"""The shop as processes of this machine: started, watched, and stopped."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import requests

from scripts.shop import jobs, processes
from scripts.shop.errors import CannotRun
from scripts.shop.infrastructure import Infrastructure, inherited_environment
from scripts.shop.ports import HOST
from scripts.shop.progress import say, step
from scripts.shop.project import ROLES, SERVICES
from scripts.shop.supervisor import Program, Supervisor

HEALTHY_WITHIN_SECONDS = 60.0
TICK_SECONDS = 0.1
DEMO_ACCOUNT = {"DEMO_STAFF_USERNAME": "staff", "DEMO_STAFF_PASSWORD": "demo-only-staff-Password-1"}


class Shop:
    """
    Every process of the three services; a context manager that ends them all.

    :param stop: called between any two steps; raises `Stopped` when the shop is to stop.
    :ivar urls: where customers reach each service.
    """

    def __init__(
        self, infrastructure: Infrastructure, *, ports: Mapping[str, int], folder: Path, stop: Callable[[], None]
    ) -> None:
        self._infrastructure = infrastructure
        self._services = {one.name: f"http://{HOST}:{ports[one.name]}" for one in SERVICES}
        self._account = {name: os.environ.get(name) or default for name, default in DEMO_ACCOUNT.items()}
        self._shared = {
            **inherited_environment(),
            **self._account,
            **{one.port_variable: str(ports[one.name]) for one in SERVICES},
            **{one.url_variable: self._services[one.name] for one in SERVICES},
            "SHOP_URL": infrastructure.gateway or self._services["user_service"],
            "HOST": HOST,
            "PYTHONUNBUFFERED": "1",
        }
        self._folder = folder / "logs"
        self._stop = stop
        self._supervisor = Supervisor(say=say)
        self.gateway = infrastructure.gateway
        self.urls = {name: self.gateway or url for name, url in self._services.items()}
        self.staff = (self._account["DEMO_STAFF_USERNAME"], self._account["DEMO_STAFF_PASSWORD"])
        self.logs = str(self._folder)
        self.mailbox = infrastructure.mailbox
        self.mails_to = infrastructure.mails_to

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._supervisor.stop()
        except KeyboardInterrupt:
            self._supervisor.kill()

    def start(self) -> None:
        """:raises CannotRun: a service cannot be prepared, or is not healthy in time."""
        with step("preparing three databases"):
            self._run({service.name: ("migrate", "--verbosity", "0") for service in SERVICES})
        with step("filling in a catalogue and a staff account"):
            self._run({service.name: (service.seed,) for service in SERVICES if service.seed})

        say(f"· starting {' and '.join(ROLES)} of each service")
        for role, command in ROLES.items():
            for service in SERVICES:
                self._supervisor.start(self._program(service.name, role, command))
        self._wait_until_healthy()

    def tick(self) -> None:
        """
        Pause for a moment, and start again what has died.

        :raises Stopped: somebody asked the shop to stop.
        :raises CannotRun: a process dies again and again.
        """
        self._stop()
        self._supervisor.look_after()
        time.sleep(TICK_SECONDS)

    def program(self, service: str, role: str) -> Program:
        """One of its processes, with the command that starts it again."""
        return self._supervisor.program(f"{service}-{role}")

    def kill(self) -> None:
        """End every process at once, where nobody needs an orderly end."""
        self._supervisor.kill()

    def log_ends(self, service: str) -> str:
        """The last lines of each of a service's processes."""
        return "\n\n".join(processes.end_of(self._log(service, role)) for role in ROLES)

    def _log(self, service: str, role: str) -> Path:
        return self._folder / f"{service}-{role}.log"

    def _run(self, commands: Mapping[str, tuple[str, ...]]) -> None:
        """Run a command of each service to its end, side by side."""
        waiting = [
            jobs.Job(
                f"{service} {command[0]}",
                (sys.executable, "-m", service, *command),
                log=self._log(service, "setup"),
                environment=self._environment(service),
            )
            for service, command in commands.items()
        ]
        for failed in [result for result in jobs.run(waiting) if result.exit_code]:
            how = f"{failed.job.name} {processes.how_it_ended(failed.exit_code)}"
            raise CannotRun(f"{how}. {processes.end_of(failed.job.log)}")
        self._stop()

    def _program(self, service: str, role: str, command: tuple[str, ...]) -> Program:
        log = self._log(service, role)
        log.unlink(missing_ok=True)
        return Program(f"{service}-{role}", (sys.executable, "-m", service, *command), log, self._environment(service))

    def _environment(self, service: str) -> dict[str, str]:
        return {**self._shared, **self._infrastructure.environments[service]}

    def _wait_until_healthy(self) -> None:
        started = time.monotonic()
        waiting = dict(self._services)
        while waiting:
            self.tick()
            for service in [service for service in waiting if is_healthy(waiting[service])]:
                say(f"· {service} is healthy after {time.monotonic() - started:.1f} s")
                del waiting[service]
            if waiting and time.monotonic() - started > HEALTHY_WITHIN_SECONDS:
                logs = "\n".join(processes.end_of(self._log(service, "web")) for service in waiting)
                raise CannotRun(f"Not healthy after {HEALTHY_WITHIN_SECONDS:.0f} s:\n{logs}")


def is_healthy(url: str) -> bool:
    """Whether the service at this URL says on its health page that it is ready."""
    try:
        session = requests.Session()
        session.trust_env = False  # a proxy of the shell does not know this machine's ports
        return session.get(f"{url}/health/", timeout=2).ok
    except requests.RequestException:
        return False
