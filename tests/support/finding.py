"""Finds or starts servers, side by side."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tests.support import containers, docker_engine, environment, external, native, packages
from tests.support.addresses import ADDRESSES_OF, Servers
from tests.support.errors import Cancelled, ServersUnavailable
from tests.support.starting import Start, Started, private_folder

KINDS = ("auto", "env", "docker", "native")
Say = Callable[[str], None]


def to_stderr(text: str) -> None:
    sys.stderr.write(f"[servers] {text}\n")
    sys.stderr.flush()


@contextmanager
def servers(kind: str = "auto", *, say: Say = to_stderr) -> Iterator[Servers]:
    """
    Servers for this block. They end with it, and with this process, however it ends.

    :param kind: "auto" takes the addresses of the environment, else Docker, else the programs of this machine.
    :raises ServersUnavailable: says what is missing, and what to do.
    """
    began = time.monotonic()
    with private_folder() as folder, _all_started(_choose(kind, folder, say), say=say) as started:
        say(f"servers ready after {time.monotonic() - began:.1f} s")
        yield Servers(**{name: address for server in started for name, address in server.addresses.items()})


@contextmanager
def own(server: str, kind: str, *, say: Say = to_stderr) -> Iterator[Started]:
    """
    One more server, for a test that does to it what would disturb others: `.restart()`.

    :param server: "postgres", or another of `ADDRESSES_OF`.
    :param kind: docker or native; "auto" and "env" take Docker where it runs, because an address cannot be restarted.
    :raises ServersUnavailable: says what is missing, and what to do.
    """
    kind = "auto" if kind == "env" else kind
    with private_folder() as folder:
        started = _starters([server], kind, folder, say, keep_data=True)[0](Event())
        try:
            yield started
        finally:
            started.stop()


@contextmanager
def _all_started(starts: Sequence[Start], *, say: Say) -> Iterator[list[Started]]:
    """Start servers side by side; when one cannot be started, cancel the others."""
    cancelled = Event()
    # The threads stay until the end: the kernel ends a server with the thread that started it.
    with ThreadPoolExecutor() as threads:
        futures: list[Future[Started]] = []
        try:
            with environment.cleared():
                futures += [threads.submit(start, cancelled) for start in starts]
                for future in as_completed(futures):
                    if future.exception():
                        cancelled.set()
                    else:
                        say(str(future.result()))
            _raise_errors([error for future in futures if (error := future.exception())])
            yield [future.result() for future in futures]
        finally:
            cancelled.set()
            for future in futures:
                if not future.exception():
                    future.result().stop()


def _raise_errors(errors: Sequence[BaseException]) -> None:
    for error in errors:
        if not isinstance(error, ServersUnavailable | Cancelled):
            raise error
    if errors:
        raise ServersUnavailable("\n".join(str(error) for error in errors if isinstance(error, ServersUnavailable)))


def _choose(kind: str, folder: Path, say: Say) -> list[Start]:
    if kind == "env":
        external.require_all()
    named = external.named() if kind in ("auto", "env") else []
    rest = [server for server in ADDRESSES_OF if server not in named]
    return [external.starter(server) for server in named] + (_starters(rest, kind, folder, say) if rest else [])


def _starters(wanted: Sequence[str], kind: str, folder: Path, say: Say, *, keep_data: bool = False) -> list[Start]:
    """:param keep_data: the data must survive a restart."""
    if kind == "docker":
        docker_engine.require()
    if kind == "docker" or (kind == "auto" and docker_engine.is_running()):
        return containers.starters(wanted, keep_data=keep_data)
    if kind == "auto":
        say("no Docker here: taking the server programs of this machine")
    if missing := native.missing_packages(wanted):
        packages.install(missing, say=say)
    return native.starters(wanted, folder)
