"""notification_service's own processes, each server at the end of a line that a test may cut."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import requests

from notification_service.tests.integration.neighbours import Person
from tests.support.lines import Line
from tests.support.processes import Process, Starter, is_ready

SERVICE = "notification_service"


class Household:
    """
    A worker, a relay and a web server, started when first asked for, and again when they have ended.

    :ivar database, broker, cache: the lines on which all of them hang.
    """

    def __init__(self, start: Starter, *, servers: Mapping[str, str], environment: Mapping[str, str]):
        self._start = start
        self._stack = ExitStack()
        self.lines = {name: self._stack.enter_context(Line(url)) for name, url in servers.items()}
        self.database, self.broker, self.cache = (self.lines[f"{name}_URL"] for name in ("DATABASE", "BROKER", "CACHE"))
        self._environment = {**environment, **{name: line.url for name, line in self.lines.items()}}
        self._processes: dict[str, Process] = {}

    def close(self) -> None:
        self._stack.close()

    @property
    def worker(self) -> Process:
        return self._process("worker")

    @property
    def relay(self) -> Process:
        return self._process("relay")

    @property
    def web(self) -> Process:
        return self._process("serve")

    def started(self, *roles: str) -> None:
        """Start what is not there yet, side by side, and wait until all are ready."""
        for role in roles:
            self.begin(role)
        for role in roles:
            self._processes[role].wait_until(is_ready, within=60)

    def begin(self, role: str) -> Process:
        """Start it when it is not there, and do not wait until it is ready."""
        if not self._is_running(role):
            self._processes[role] = self._start(SERVICE, role, environment=self._environment, until=None)
        return self._processes[role]

    def latest(self, role: str) -> Process:
        """The one that was started last, also when it has ended."""
        return self._processes[role]

    def end(self) -> None:
        """Leave nothing running; what is asked for after this is started anew."""
        for process in self._processes.values():
            process.kill()

    def dead_letters(self, *arguments: str) -> Process:
        """`python -m notification_service dead-letters ...`, run to its end."""
        process = self._start(SERVICE, "dead-letters", *arguments, environment=self._environment, until=None)
        process.process.wait(timeout=30)
        return process

    def logs(self) -> str:
        return self._start.logs()

    def _process(self, role: str) -> Process:
        if not self._is_running(role):
            self.started(role)
        return self._processes[role]

    def _is_running(self, role: str) -> bool:
        return role in self._processes and self._processes[role].process.poll() is None


@contextmanager
def gone(line: Line) -> Iterator[None]:
    """While the block lasts, the server at the end of this line is away."""
    line.cut()
    try:
        yield
    finally:
        line.mend()


@contextmanager
def hanging(line: Line) -> Iterator[None]:
    """While the block lasts, nothing gets through to the server at the end of this line, and nobody is told so."""
    line.hang()
    try:
        yield
    finally:
        line.flow()


class Caller:
    """Somebody with a token, at the web server's address."""

    def __init__(self, web: Process, token: str):
        self._web = web
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> requests.Response:
        return self._session.get(self._web.url + path, timeout=10)

    def post(self, path: str, body: Any) -> requests.Response:
        return self._session.post(self._web.url + path, json=body, timeout=10)


def told(caller: Caller, person: Person) -> list[str]:
    """What a person was told, as the API shows it, newest first."""
    answer = caller.get(f"/api/users/{person.id}/notifications/")
    return [each["message"] for each in answer.json()["results"]] if answer.ok else []
