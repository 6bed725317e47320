"""Real servers for a bench, and the shop's own processes on them."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from scripts.shop import ports, processes
from scripts.shop.infrastructure import inherited_environment
from scripts.shop.progress import say
from scripts.shop.project import ROOT, Service
from tests.support import Servers, ServersUnavailable, isolation, servers

READY_WITHIN_SECONDS = 30.0
NO_LIMIT = "1000000/min"


class Web:
    """A process that answers HTTP."""

    def __init__(self, url: str, process: "subprocess.Popen[bytes]"):
        self.url = url
        self._master = psutil.Process(process.pid)

    def cpu_seconds(self) -> float:
        """What it has worked so far, its workers included: says more than a rate on a machine that others use too."""
        family = [self._master, *self._master.children(recursive=True)]
        return sum(times.user + times.system for times in (each.cpu_times() for each in family))


class Stage:
    """A database, a broker and a cache of its own for each service that is named; whatever it starts ends with it."""

    def __init__(self, servers: Servers):
        self.servers = servers
        self._stack = ExitStack()

    def __enter__(self) -> "Stage":
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))
        self.name = self.folder.name.replace("-", "_").lower()
        broker = isolation.VirtualHost.create(url=self.servers.rabbitmq, api=self.servers.rabbitmq_api, name=self.name)
        self._stack.callback(broker.drop)
        self.broker = broker
        self._stack.callback(isolation.release_redis_databases, self.servers.redis, owner=self.name)
        self._databases = isolation.Databases(self.servers.postgres)
        self._stack.callback(self._databases.drop_all, self.name)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def room(self, service: str, *, called: str = "", **environment: str) -> dict[str, str]:
        """
        The environment of a service with a migrated database, a Redis database and the broker that all share.

        :param called: tells several rooms of one service apart.
        """
        own = {
            "RUN_DIR": str(self.folder / (called or service)),
            "DATABASE_URL": self._databases.create(f"{self.name}_{called or service}"),
            "CACHE_URL": isolation.take_redis_database(self.servers.redis, owner=self.name),
            "BROKER_URL": self.broker.url,
            **environment,
        }
        run(service, "migrate", "--verbosity", "0", environment=own)
        return own

    def start(self, module: str, *arguments: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """`python -m module arguments`, until the bench ends."""
        log = Path(environment["RUN_DIR"]) / "logs" / f"{module}-{'-'.join(arguments)}.log"
        process = processes.start(_python_m(module, *arguments), log=log, environment=_whole(environment))
        self._stack.callback(processes.end, [process])
        return process

    def wait_for_queue(self, name: str) -> None:
        """:raises SystemExit: nobody declared it in time, so nobody would hear what is published to it."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while name not in self.broker.queues():
            if time.monotonic() > deadline:
                raise SystemExit(f"there is no queue {name}, so nothing would be measured")
            time.sleep(0.1)

    def serve(self, module: str, environment: Mapping[str, str]) -> Web:
        """
        `python -m module serve`, once it answers.

        :raises SystemExit: it does not; with the end of its log.
        """
        port = ports.free([Service(module, 0)])[module]
        process = self.start(module, "serve", environment={**environment, "ORDER_SERVICE_PORT": str(port)})
        url = f"http://{ports.HOST}:{port}"
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                log = Path(environment["RUN_DIR"]) / "logs" / f"{module}-serve.log"
                raise SystemExit(f"{module} does not answer, so there is nothing to measure:\n{processes.tail(log)}")
            time.sleep(0.05)
        return Web(url, process)


@contextmanager
def stage() -> Iterator[Stage]:
    """:raises SystemExit: no servers can be had; says what can be done."""
    try:
        with (
            servers(os.environ.get("TEST_INFRA", "auto"), say=lambda text: say(f"· {text}")) as there,
            Stage(there) as ready,
        ):
            yield ready
    except ServersUnavailable as trouble:
        raise SystemExit(f"No servers for this bench.\n{trouble}") from trouble


def run(module: str, *arguments: str, environment: Mapping[str, str]) -> str:
    """
    Run `python -m module arguments` to its end, and give what it said.

    :raises SystemExit: it failed, so what it prepares or proves is not there.
    """
    ended = subprocess.run(
        _python_m(module, *arguments),
        cwd=ROOT,
        env=_whole(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = "\n".join((ended.stdout + ended.stderr).splitlines()[-20:])
        raise SystemExit(f"`python -m {module} {' '.join(arguments)}` failed:\n{said}")
    return ended.stdout


def _python_m(module: str, *arguments: str) -> Sequence[str]:
    return (sys.executable, "-m", module, *arguments)


def _whole(environment: Mapping[str, str]) -> dict[str, Any]:
    return {**inherited_environment(), **environment}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/", timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
