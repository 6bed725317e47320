"""`scripts/run.sh`: the shop on this machine, until Ctrl-C or until the demo has been walked."""

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from scripts.shop import demo, ports
from scripts.shop.infrastructure import make
from scripts.shop.progress import say
from scripts.shop.project import GATEWAY, MAIL, SERVICES, run_dir
from scripts.shop.running import Shop, StartFailed, Stopped
from scripts.shop.supervisor import GaveUp

if TYPE_CHECKING:
    from scripts.shop.composed import ComposedShop


class AlreadyRunning(Exception):
    """Another run works in the same folder."""


def main(argv: list[str]) -> int:
    arguments = _parse(argv)
    folder = run_dir()
    stop = StopSignals()
    try:
        chosen = ports.choose(LISTENERS[arguments.infra], os.environ)
        with stop, _only_run_in(folder), _shop_on(arguments.infra, chosen, folder=folder, stop=stop) as shop:
            started = time.monotonic()
            shop.open()
            say(f"All services are healthy after {time.monotonic() - started:.1f} s.\n")
            if arguments.demo:
                return demo.walk(shop)
            say(shop.addresses())
            shop.stay_open()
    except Stopped:
        say("Closed: every process has ended.")
        return 128 + stop.received if stop.received == signal.SIGTERM else 0
    except (ports.BadPorts, AlreadyRunning, StartFailed, GaveUp) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


LISTENERS = {"embedded": SERVICES, "native": (*SERVICES, GATEWAY), "docker": (GATEWAY, MAIL)}
"""Whose ports have to be free, for each kind of infrastructure."""


@contextmanager
def _shop_on(
    kind: str, chosen: Mapping[str, int], *, folder: Path, stop: "StopSignals"
) -> Iterator["Shop | ComposedShop"]:
    if kind == "docker":
        from scripts.shop.composed import ComposedShop  # noqa: PLC0415 - its libraries are there for tests

        say(f"Opening the shop ({ComposedShop.description})")
        with ComposedShop(ports=chosen, folder=folder, stop=stop.check) as composed:
            yield composed
        return
    prepared = make(kind, folder=folder, ports=chosen)
    say(f"Opening the shop ({prepared.description})")
    with prepared as infrastructure, Shop(infrastructure, ports=chosen, folder=folder, stop=stop.check) as shop:
        yield shop


class StopSignals:
    """Turns Ctrl-C and its relatives into `Stopped`, at a moment when nothing is half done."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self.received = 0

    def __enter__(self) -> "StopSignals":
        for number in self.SIGNALS:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    def check(self) -> None:
        """:raises Stopped: somebody asked for the end."""
        if self.received:
            raise Stopped

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.received:
            # Asked twice: the orderly end is taking too long for somebody.
            raise KeyboardInterrupt
        self.received = number
        say("\nClosing (once more ends it at once) ...")


@contextmanager
def _only_run_in(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"The shop runs already in {folder} (process {lock.read().strip() or 'unknown'}). "
                "End that one, or set RUN_DIR and the three ports to run a second shop."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run.sh")
    parser.add_argument("--demo", action="store_true", help="walk one customer's journey, then stop")
    parser.add_argument("--infra", choices=LISTENERS, default="embedded", help="what the services stand on")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
