"""The running shop: its processes, their environment, their health."""

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from scripts.shop import processes
from scripts.shop.infrastructure import Infrastructure, inherited_environment
from scripts.shop.ports import HOST
from scripts.shop.progress import say, step
from scripts.shop.project import ROLES, SERVICES
from scripts.shop.supervisor import Program, Supervisor

HEALTHY_WITHIN_SECONDS = 60.0
TICK_SECONDS = 0.1
DEMO_ACCOUNT = {"DEMO_STAFF_USERNAME": "staff", "DEMO_STAFF_PASSWORD": "demo-only-staff-Password-1"}


class StartFailed(Exception):
    """The text says which service did not start, and shows the end of its log."""


class Stopped(Exception):
    """Somebody asked for the end."""


class Shop:
    """
    Every process of the three services; a context manager that ends them all.

    `stop` is called between any two steps and raises `Stopped` when the work is to end.
    """

    def __init__(
        self, infrastructure: Infrastructure, *, ports: Mapping[str, int], folder: Path, stop: Callable[[], None]
    ) -> None:
        self.folder = folder
        self.urls = {one.name: f"http://{HOST}:{ports[one.name]}" for one in SERVICES}
        self.doors = {name: infrastructure.gateway or url for name, url in self.urls.items()}
        self._ports = ports
        self._infrastructure = infrastructure
        self._stop = stop
        self._supervisor = Supervisor(say=say)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._supervisor.stop()
        except KeyboardInterrupt:
            self._supervisor.kill()

    def open(self) -> None:
        """:raises StartFailed: a service cannot be prepared, or is not healthy in time."""
        with step("preparing three databases"):
            self._run_once({service.name: ("migrate", "--verbosity", "0") for service in SERVICES})
        with step("filling in a catalogue and a staff account"):
            self._run_once({service.name: (service.seed,) for service in SERVICES if service.seed})

        say(f"· starting {' and '.join(ROLES)} of each service")
        for role, command in ROLES.items():
            for service in SERVICES:
                self._start(service.name, role, command)
        self._wait_until_healthy()

    def stay_open(self) -> None:
        """Look after the processes for ever; ends by `Stopped` or `GaveUp`."""
        while True:
            self.tick()

    def tick(self) -> None:
        """A moment's pause in which the processes are looked after."""
        self._stop()
        self._supervisor.look_after()
        time.sleep(TICK_SECONDS)

    def log(self, service: str, role: str) -> Path:
        return self.folder / "logs" / f"{service}-{role}.log"

    def log_ends(self, service: str) -> str:
        """The last words of each of a service's processes."""
        logs = [self.log(service, role) for role in ROLES]
        return "\n".join(f"\n--- the end of {log}\n{processes.tail(log)}" for log in logs)

    def subjects_to(self, address: str) -> list[str]:
        """The subjects of the mails that the shop has sent to an address."""
        return self._infrastructure.subjects_to(address)

    @property
    def staff_account(self) -> tuple[str, str]:
        account = self._environment("user_service")
        return account["DEMO_STAFF_USERNAME"], account["DEMO_STAFF_PASSWORD"]

    def addresses(self) -> str:
        """What a person needs to use the shop."""
        username, password = self.staff_account
        width = max(map(len, self.urls))
        gateway = self._infrastructure.gateway
        return "\n".join(
            [
                *(f"  {name:<{width}}  {url}   API docs {url}/api/docs/" for name, url in self.urls.items()),
                "",
                *([f"  All of them, as a customer sees them: {gateway}", ""] if gateway else []),
                f"  Staff signs in as {username} / {password} at {self.doors['user_service']}/api/auth/login/;",
                f"  a customer registers first, at {self.doors['user_service']}/api/users/.",
                f"  Logs: {self.folder / 'logs'}   Mails: {self._infrastructure.mailbox}",
                "",
                "  Ctrl-C closes the shop.",
            ]
        )

    def _environment(self, service: str) -> dict[str, str]:
        shared = {one.port_variable: str(self._ports[one.name]) for one in SERVICES}
        shared |= {one.url_variable: self.urls[one.name] for one in SERVICES}
        shared |= {name: os.environ.get(name) or default for name, default in DEMO_ACCOUNT.items()}
        return {
            **inherited_environment(),
            **shared,
            "HOST": HOST,
            "PYTHONUNBUFFERED": "1",
            **self._infrastructure.environment_of(service),
        }

    def _run_once(self, commands: Mapping[str, tuple[str, ...]]) -> None:
        """One management command a service, all side by side."""
        running = {}
        for service, command in commands.items():
            running[service] = processes.start(
                _python_m(service, *command), log=self.log(service, "setup"), environment=self._environment(service)
            )
        try:
            while any(process.poll() is None for process in running.values()):
                self._stop()
                time.sleep(TICK_SECONDS / 5)
        finally:
            processes.end(list(running.values()))

        for service, process in running.items():
            if process.returncode:
                log = self.log(service, "setup")
                raise StartFailed(
                    f"{service} {commands[service][0]} {processes.how_it_ended(process.returncode)}. "
                    f"The end of {log}:\n{processes.tail(log)}"
                )

    def _start(self, service: str, role: str, command: tuple[str, ...]) -> None:
        log = self.log(service, role)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        self._supervisor.start(
            Program(f"{service}-{role}", _python_m(service, *command), log=log, environment=self._environment(service))
        )

    def _wait_until_healthy(self) -> None:
        started = time.monotonic()
        waiting = dict(self.urls)
        while waiting:
            self.tick()
            for service, url in tuple(waiting.items()):
                if _is_healthy(url):
                    say(f"· {service} is healthy after {time.monotonic() - started:.1f} s")
                    del waiting[service]
            if waiting and time.monotonic() - started > HEALTHY_WITHIN_SECONDS:
                raise StartFailed(
                    "\n".join(
                        f"{service} is not healthy after {HEALTHY_WITHIN_SECONDS:.0f} s. "
                        f"The end of {self.log(service, 'web')}:\n{processes.tail(self.log(service, 'web'))}"
                        for service in waiting
                    )
                )


def _python_m(service: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", service, *arguments)


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/", timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
