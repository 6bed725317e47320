"""
Run a command with real servers: `python -m tests.support up [--infra auto|env|docker|native] -- COMMAND ...`

The command finds the servers' addresses in its environment (TEST_POSTGRES_URL, ...). The servers end with the command,
and also after Ctrl-C or another signal. The exit code is the command's.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

from tests.support.errors import ServersUnavailable
from tests.support.finding import KINDS, servers
from tests.support.spawning import with_death_signal


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
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        with servers(chosen.infra) as found:
            return _run(chosen.command, os.environ | found.for_tests(chosen.infra))
    except ServersUnavailable as error:
        sys.stderr.write(f"No servers for the tests.\n{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: list[str], environment: Mapping[str, str]) -> int:
    process = subprocess.Popen(with_death_signal(command, signal.SIGTERM), env=environment)
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to the command too
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: process.send_signal(number))
    code = process.wait()
    return code if code >= 0 else 128 - code


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
