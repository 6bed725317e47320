"""The commands about messages: worker, beat, relay, dead-letters. Each gives its exit code."""

import argparse
import json
import os
import signal
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

from celery import Celery
from django.conf import settings

from servicekit.base.liveness import Liveness

if TYPE_CHECKING:
    from servicekit.messages.dead_letters import DeadLetter


def worker(service: str, arguments: list[str]) -> int:
    parser = _parser(service, "worker", "Run what waits in the service's queues, until SIGTERM.")
    parser.add_argument("--beat", action="store_true", help="send the periodic tasks, too")
    parser.add_argument("--concurrency", type=int, default=int(os.environ.get("WORKER_CONCURRENCY", "4")))
    chosen = parser.parse_args(arguments)
    if chosen.check:
        return _check(service, "worker")
    from servicekit.messages.worker import run  # noqa: PLC0415 - Celery's worker takes a while to import

    return run(_app(service), concurrency=chosen.concurrency, beat=chosen.beat)


def beat(service: str, arguments: list[str]) -> int:
    parser = _parser(service, "beat", "Send the periodic tasks to the queue when they are due. One per service.")
    if parser.parse_args(arguments).check:
        return _check(service, "beat")
    from servicekit.messages.worker import run_beat  # noqa: PLC0415

    return run_beat(_app(service))


def relay(service: str, arguments: list[str]) -> int:
    parser = _parser(service, "relay", "Publish what waits in the outbox, until SIGTERM.")
    if parser.parse_args(arguments).check:
        return _check(service, "relay")
    from servicekit.messages.relay import Relay  # noqa: PLC0415

    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    Relay(_app(service)).run(stop)
    return 0


def dead_letters(service: str, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m {service} dead-letters")
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="show the messages that nobody could handle")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    replaying = actions.add_parser("replay", help="hand them in again, at the queue where each died")
    replaying.add_argument("ids", nargs="*", metavar="id", help="these only (default: all)")
    chosen = parser.parse_args(arguments)
    from servicekit.messages import dead_letters as letters  # noqa: PLC0415

    try:
        if chosen.action == "list":
            return _list(letters.waiting(_app(service)), as_json=chosen.json)
        return _replay(letters.replay(_app(service), chosen.ids), chosen.ids)
    except letters.NoDeadLetters as error:
        return _say(str(error), 2)


def _list(found: list["DeadLetter"], *, as_json: bool) -> int:
    if as_json:
        sys.stdout.writelines(json.dumps(each.to_dict()) + "\n" for each in found)
    elif found:
        rows = [list(found[0].to_dict()), *([str(value) for value in each.to_dict().values()] for each in found)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
        sys.stdout.writelines(line.rstrip() + "\n" for line in lines)
    else:
        sys.stdout.write("no dead letters\n")
    return 0


def _replay(replayed: list["DeadLetter"], wanted: list[str]) -> int:
    for each in replayed:
        sys.stdout.write(f"replayed {each.task} {each.id} to {each.queue}\n")
    missing = set(wanted) - {each.id for each in replayed}
    if missing:
        return _say(f"not among the dead letters: {', '.join(sorted(missing))}", 1)
    if not replayed:
        sys.stdout.write("nothing to replay\n")
    return 0


def _parser(service: str, command: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {service} {command}", description=description)
    parser.add_argument("--check", action="store_true", help="exit 0 if one is at work here, else 1 (healthcheck)")
    return parser


def _check(service: str, process: str) -> int:
    trouble = Liveness(settings.RUN_DIR, service.rpartition(".")[2], process).trouble()
    return _say(trouble, 1) if trouble else 0


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code


def _app(service: str) -> Celery:
    app: Celery = import_module(f"{service}.celery_app").app
    return app
