"""The processes of a service, with a TCP proxy to each server that a test may cut; and callers with a token."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
import requests

from servicekit.testing import eventually
from tests.support.processes import Process, Starter, is_ready
from tests.support.tcp_proxy import TcpProxy

SERVERS = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")


class ServiceProcesses:
    """
    The worker, relay and web process of one service, started when first used, and again when they have ended.

    :param environment: variables that differ from this process's, such as the URLs of other services.
    :ivar database, broker, cache: the proxies through which the processes reach the servers.
    """

    def __init__(self, service: str, folder: Path, *, environment: Mapping[str, str]):
        self.service = service
        self._stack = ExitStack()
        self._start = self._stack.enter_context(Starter(folder))
        servers = {**os.environ, **environment}
        proxies = {name: self._stack.enter_context(TcpProxy(servers[name])) for name in SERVERS}
        self.database, self.broker, self.cache = proxies.values()
        self._environment = {**environment, **{name: proxy.url for name, proxy in proxies.items()}}
        self._processes: dict[str, Process] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def at_work(self, test: pytest.Item) -> Iterator[Self]:
        """While a test lasts: web, worker and relay run, and their logs are shown if it fails."""
        self.started("serve", "worker", "relay")
        yield self
        if getattr(test, "failed", False):
            sys.stderr.write(self._start.logs())
            # A failed test must not change the result of the next one.
            self.end()

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
        """Start the roles that do not run, side by side, and wait until they are ready."""
        for process in [self.begin(role) for role in roles if not self._runs(role)]:
            process.wait_until(is_ready, within=60)

    def begin(self, role: str) -> Process:
        """Start a role if it does not run, without waiting until it is ready."""
        if not self._runs(role):
            self._processes[role] = self.another(role)
        return self._processes[role]

    def another(self, role: str, *arguments: str, **environment: str) -> Process:
        """Start one more process of a role, without waiting until it is ready."""
        return self._start(self.service, role, *arguments, environment={**self._environment, **environment}, until=None)

    def latest(self, role: str) -> Process:
        """The process of a role that was started last, even if it has ended."""
        return self._processes[role]

    def end(self) -> None:
        """End all processes. Each is started again when it is used."""
        for process in self._start.started:
            process.kill()

    def dead_letters(self, *arguments: str) -> tuple[int, str]:
        """`python -m <service> dead_letters ...`, run to its end: its exit code and its output."""
        process = self.another("dead_letters", *arguments)
        process.process.wait(timeout=30)
        return process.process.returncode, process.log.read_text()

    def _runs(self, role: str) -> bool:
        return role in self._processes and self._processes[role].process.poll() is None

    def _process(self, role: str) -> Process:
        self.started(role)
        return self._processes[role]


@contextmanager
def unreachable(proxy: TcpProxy, *, at_least: float = 0.0) -> Iterator[None]:
    """While this block lasts, and at least for so many seconds, connections to the server are cut."""
    until = time.monotonic() + at_least
    proxy.cut()
    try:
        yield
        eventually(lambda: time.monotonic() >= until, within=at_least + 1)
    finally:
        proxy.restore()


@contextmanager
def hanging(proxy: TcpProxy) -> Iterator[None]:
    """While this block lasts, connections to the server stay open, and nothing is forwarded."""
    proxy.hang()
    try:
        yield
    finally:
        proxy.resume()


class Caller:
    """A client with a token, of the web process or another one."""

    def __init__(self, processes: ServiceProcesses, token: str, *, web: Process | None = None):
        self.token = token
        self._processes = processes
        self._web = web
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> requests.Response:
        return self._session.get(self._url + path, timeout=30)

    def post(self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> requests.Response:
        return self._session.post(self._url + path, json=body, headers=headers, timeout=30)

    @property
    def _url(self) -> str:
        return (self._web or self._processes.web).url
