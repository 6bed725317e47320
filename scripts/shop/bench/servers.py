"""Real servers for a bench, and the processes that it starts on them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from scripts.shop import ports, processes
from scripts.shop.infrastructure import inherited_environment
from scripts.shop.progress import say
from scripts.shop.project import ROOT, Service
from scripts.shop.running import is_healthy
from tests.support import Servers, ServersUnavailable, isolation, servers

READY_WITHIN_SECONDS = 30.0
UNLIMITED = dict.fromkeys(("THROTTLE_DEFAULT", "THROTTLE_ORDERS"), "1000000/min") | dict.fromkeys(
    ("MAX_PENDING_ORDERS", "MAX_UNPAID_PIECES"), "0"
)


class Web:
    """A process that answers HTTP."""

    def __init__(self, url: str, process: "subprocess.Popen[bytes]"):
        self.url = url
        self._master = psutil.Process(process.pid)

    def cpu_seconds(self) -> float:
        """CPU time so far, with that of its workers: less affected by other load on the machine than a rate."""
        processes = [self._master, *self._master.children(recursive=True)]
        return sum(times.user + times.system for times in (each.cpu_times() for each in processes))


class BenchServers:
    """Databases, a broker and caches of one bench, and its processes; all of them end with it."""

    def __init__(self, found: Servers):
        self._found = found
        self._stack = ExitStack()

    def __enter__(self) -> "BenchServers":
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))
        self.name = self.folder.name.replace("-", "_").lower()
        self.broker = isolation.VirtualHost.create(
            url=self._found.rabbitmq, api=self._found.rabbitmq_api, name=self.name
        )
        self._stack.callback(self.broker.drop)
        self._stack.callback(isolation.release_redis_databases, self._found.redis, owner=self.name)
        self._databases = isolation.Databases(self._found.postgres)
        self._stack.callback(self._databases.drop_all, self.name)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def environment(self, service: str, *, database: str = "", **variables: str) -> dict[str, str]:
        """
        Environment variables for a service: a new migrated database, a Redis database, and the bench's broker.

        :param database: a name for the database, when a service has several.
        """
        name = database or service
        environment = {
            "RUN_DIR": str(self.folder / name),
            "DATABASE_URL": self._databases.create(f"{self.name}_{name}"),
            "CACHE_URL": isolation.take_redis_database(self._found.redis, owner=self.name),
            "BROKER_URL": self.broker.url,
            **variables,
        }
        run(service, "migrate", "--verbosity", "0", environment=environment)
        return environment

    def start(self, module: str, *arguments: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Run `python -m module arguments` until the bench ends."""
        process = processes.start(
            (sys.executable, "-m", module, *arguments),
            log=_log(module, arguments, environment),
            environment={**inherited_environment(), **environment},
        )
        self._stack.callback(processes.end, [process])
        return process

    def serve(self, module: str, *arguments: str, environment: Mapping[str, str]) -> Web:
        """
        Start `python -m module arguments`, a web server, and wait until it answers.

        :raises SystemExit: it does not answer; with the end of its log.
        """
        port = ports.free([Service(module, 0)])[module]
        process = self.start(module, *arguments, environment={**environment, "ORDER_SERVICE_PORT": str(port)})
        url = f"http://{ports.HOST}:{port}"
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not is_healthy(url):
            if process.poll() is not None or time.monotonic() > deadline:
                log = processes.tail(_log(module, arguments, environment))
                raise SystemExit(f"{module} does not answer, so there is nothing to measure:\n{log}")
            time.sleep(0.05)
        return Web(url, process)

    def wait_for_queue(self, name: str) -> None:
        """:raises SystemExit: the queue was not declared in time, so messages to it would be lost."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while name not in self.broker.queues():
            if time.monotonic() > deadline:
                raise SystemExit(f"there is no queue {name}, so nothing would be measured")
            time.sleep(0.1)


@contextmanager
def bench_servers() -> Iterator[BenchServers]:
    """:raises SystemExit: no servers were found or could be started; the text says what can be done."""
    try:
        with (
            servers(os.environ.get("TEST_INFRA", "auto"), say=lambda text: say(f"· {text}")) as found,
            BenchServers(found) as ready,
        ):
            yield ready
    except ServersUnavailable as error:
        raise SystemExit(f"No servers for this bench.\n{error}") from error


def run(module: str, *arguments: str, environment: Mapping[str, str]) -> None:
    """
    Run `python -m module arguments` to its end.

    :raises SystemExit: it failed; with the end of its output.
    """
    ended = subprocess.run(
        (sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        env={**inherited_environment(), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode:
        output = "\n".join(ended.stdout.splitlines()[-20:])
        raise SystemExit(f"`python -m {module} {' '.join(arguments)}` failed:\n{output}")


def _log(module: str, arguments: tuple[str, ...], environment: Mapping[str, str]) -> Path:
    return Path(environment["RUN_DIR"]) / "logs" / f"{module}-{'-'.join(arguments)}.log"
