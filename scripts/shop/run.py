"""`scripts/run.sh`: the shop on this machine, until Ctrl-C or until the demo has ended."""

import argparse
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.shop import demo, ports
from scripts.shop.errors import CannotRun
from scripts.shop.infrastructure import embedded
from scripts.shop.progress import say
from scripts.shop.project import GATEWAY, MAIL, SERVICES, run_dir
from scripts.shop.running import Shop
from scripts.shop.stopping import Stopped, StopSignals

if TYPE_CHECKING:
    from scripts.shop.compose import ComposeShop

LISTENERS = {"embedded": SERVICES, "native": (*SERVICES, GATEWAY), "docker": (GATEWAY, MAIL)}
"""Whose ports have to be free, for each kind of infrastructure."""
KINDS = {
    "embedded": "SQLite, a folder as broker, files as cache and mailbox",
    "native": "PostgreSQL, RabbitMQ and Redis of this machine, behind nginx",
    "docker": "every process and server in a container, behind nginx",
}


def main(argv: list[str]) -> int:
    arguments = _parse(argv)
    folder = run_dir()
    stop = StopSignals()
    try:
        chosen = ports.choose(LISTENERS[arguments.infra], os.environ)
        say(f"Starting the shop ({arguments.infra}: {KINDS[arguments.infra]})")
        with stop, _only_run_in(folder), _shop(arguments.infra, chosen, folder=folder, stop=stop) as shop:
            started = time.monotonic()
            shop.start()
            say(f"All services are healthy after {time.monotonic() - started:.1f} s.\n")
            if arguments.demo:
                return demo.run(shop)
            say(_introduction(shop))
            while True:
                shop.tick()
    except Stopped:
        say("Stopped: every process has ended.")
        return 128 + stop.received if stop.received == signal.SIGTERM else 0
    except CannotRun as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


@contextmanager
def _shop(kind: str, chosen: Mapping[str, int], *, folder: Path, stop: StopSignals) -> Iterator["Shop | ComposeShop"]:
    # The libraries of `compose` and `native` are there for tests; the embedded shop needs none of them.
    if kind == "docker":
        from scripts.shop.compose import ComposeShop  # noqa: PLC0415

        with ComposeShop(ports=chosen, folder=folder, stop=stop.check) as shop:
            yield shop
        return
    if kind == "native":
        from scripts.shop.native import native  # noqa: PLC0415

        servers = native(folder, chosen)
    else:
        servers = embedded(folder)
    with servers as infrastructure, Shop(infrastructure, ports=chosen, folder=folder, stop=stop.check) as shop:
        yield shop


def _introduction(shop: "Shop | ComposeShop") -> str:
    """What a person needs to use the shop."""
    username, password = shop.staff
    docs = {name: f"{url}/{name}/api/docs/" if shop.gateway else f"{url}/api/docs/" for name, url in shop.urls.items()}
    return "\n".join(
        [
            *(f"  {name:<20}  {url}   API docs {docs[name]}" for name, url in shop.urls.items()),
            "",
            f"  Staff signs in as {username} / {password} at {shop.urls['user_service']}/api/auth/login/;",
            f"  a customer registers first, at {shop.urls['user_service']}/api/users/.",
            f"  Logs: {shop.logs}   Mails: {shop.mailbox}",
            "",
            "  Ctrl-C stops the shop.",
        ]
    )


@contextmanager
def _only_run_in(folder: Path) -> Iterator[None]:
    """:raises CannotRun: another run works in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"The shop runs already in {folder} (process {lock.read().strip() or 'unknown'}). "
                "End that one, or set RUN_DIR and the three ports to run a second shop."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run.sh")
    parser.add_argument("--demo", action="store_true", help="run the demo of one customer, then stop")
    kinds = "; ".join(f"{kind}: {what}" for kind, what in KINDS.items())
    parser.add_argument("--infra", choices=KINDS, default="embedded", help=f"what the services run on ({kinds})")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
