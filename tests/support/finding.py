"""The order in which servers are looked for, and all of them started at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support import containers, given, native, packages
from tests.support.addresses import Servers
from tests.support.errors import ServersUnavailable
from tests.support.starting import STOP, Interrupted, Started, private_folder

KINDS = ("auto", "env", "docker", "native")


@contextmanager
def found(kind: str, *, folder: Path, say: Callable[[str], None]) -> Iterator[Servers]:
    """
    Servers for one run, ended with the block.

    :param kind: "auto" takes an address of the environment, else Docker, else this machine's programs.
    :raises ServersUnavailable: says what is missing and what can be done.
    """
    began = time.monotonic()
    chosen = _choose(kind, folder=folder, say=say)
    # The threads stay until the end: the kernel takes a thread's end for its parent's death.
    with ThreadPoolExecutor(max_workers=len(chosen)) as threads, ExitStack() as stack:
        started, troubles = _start_all(chosen, threads, say=say)
        for server in started:
            stack.callback(server.stop)
        if troubles:
            raise ServersUnavailable("\n".join(troubles))
        if len(started) < len(chosen):
            raise Interrupted
        say(f"servers ready after {time.monotonic() - began:.1f} s")
        yield Servers(**{name: address for server in started for name, address in server.addresses.items()})


@contextmanager
def own(server: str, kind: str, *, say: Callable[[str], None]) -> Iterator[Started]:
    """
    One more server, for somebody who does to it what nobody may do to a shared one: `.restart()`.

    :param server: "postgres", or another of `given.PARTS`.
    :param kind: docker or native; "auto" and "env" take Docker where it listens, for an address can't be restarted.
    :raises ServersUnavailable: says what is missing and what can be done.
    """
    here = "auto" if kind == "env" else kind
    with private_folder() as folder, ExitStack() as stack:
        [start] = _starters([server], here, folder=folder, say=say, lasting=True)
        started = start()
        stack.callback(started.stop)
        yield started


def _start_all(
    chosen: list[Callable[[], Started]], threads: ThreadPoolExecutor, *, say: Callable[[str], None]
) -> tuple[list[Started], list[str]]:
    """Start them side by side; when one cannot be had, the others need not go on."""
    started, troubles = [], []
    for future in as_completed([threads.submit(start) for start in chosen]):
        try:
            started.append(future.result())
        except Interrupted:
            continue
        except ServersUnavailable as trouble:
            STOP.set()
            troubles.append(str(trouble))
        else:
            say(str(started[-1]))
    return started, troubles


def _choose(kind: str, *, folder: Path, say: Callable[[str], None]) -> list[Callable[[], Started]]:
    if kind == "env":
        given.require_all()
    named = given.kinds() if kind in ("auto", "env") else []
    checks = [given.starter(one) for one in named]
    rest = [one for one in given.PARTS if one not in named]
    return checks + (_starters(rest, kind, folder=folder, say=say) if rest else [])


def _starters(
    servers: list[str], kind: str, *, folder: Path, say: Callable[[str], None], lasting: bool = False
) -> list[Callable[[], Started]]:
    if kind == "docker":
        containers.require()
    if kind == "docker" or (kind == "auto" and containers.present()):
        return containers.starters(servers, lasting=lasting)
    if kind == "auto":
        say("no Docker here: taking this machine's own server programs")
    if missing := native.missing_packages(servers, folder):
        packages.install(missing, say=say)
    return native.starters(servers, folder)
