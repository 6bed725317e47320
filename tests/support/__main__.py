"""
Run a command with real servers: `python -m tests.support up [--infra auto|env|docker|native] -- COMMAND ...`

The command finds the servers' addresses in its environment (TEST_POSTGRES_URL, ...). When it ends, by itself, by Ctrl-C
or by a signal, everything that was started for it ends too; the exit code is the command's.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from types import FrameType

from tests.support.addresses import Servers
from tests.support.errors import ServersUnavailable
from tests.support.finding import KINDS
from tests.support.lease import servers
from tests.support.native import tied


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support", description=__doc__.split("\n\n")[1])
    commands = parser.add_subparsers(required=True)
    up = commands.add_parser("up", help="start servers, run a command, end them")
    up.add_argument("--infra", choices=KINDS, default=os.environ.get("TEST_INFRA", "auto"))
    up.add_argument("command", nargs="+", help="after --: what to run with the servers")
    chosen = parser.parse_args()
    if not shutil.which(chosen.command[0]):
        sys.stderr.write(f"cannot run {chosen.command[0]}: there is no such program\n")
        return 127
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    try:
        with servers(chosen.infra) as there:
            return _run(chosen.command, there, chosen.infra)
    except ServersUnavailable as trouble:
        sys.stderr.write(f"No servers for the tests.\n{trouble}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: list[str], there: Servers, infra: str) -> int:
    environment = os.environ | there.for_tests(infra)
    process = subprocess.Popen(tied(command, signal.SIGTERM), env=environment)
    signal.signal(signal.SIGTERM, lambda number, _: process.send_signal(number))
    signal.signal(signal.SIGHUP, lambda number, _: process.send_signal(number))
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue  # the terminal sent it to the command as well, which ends in its own time
        return code if code >= 0 else 128 - code


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
