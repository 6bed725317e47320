"""The command line of `scripts/load.sh`."""

import argparse
import sys
from pathlib import Path

from scripts.shop.errors import CannotRun
from scripts.shop.load import commands
from scripts.shop.load.profiles import PROFILES
from scripts.shop.load.slo import FILE
from scripts.shop.load.target import KINDS
from scripts.shop.progress import say
from scripts.shop.stopping import Stopped, StopSignals

OTHERS = {"baseline": commands.baseline, "wrk": commands.wrk, "k6": commands.k6}


def main(argv: list[str]) -> int:
    arguments = _parse(argv)
    stop = StopSignals()
    try:
        with stop:
            return OTHERS.get(arguments.command, commands.profile)(arguments, stop.check)
    except Stopped:
        say("Stopped: every process has ended.")
        return 130
    except CannotRun as error:
        print(f"\nRED: {error}", file=sys.stderr)
        return 1


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/load.sh")
    parser.add_argument("command", choices=[*PROFILES, *OTHERS])
    parser.add_argument("--minutes", type=_positive, help="for all stages together")
    parser.add_argument("--users", type=int, default=20, help="at the base of the profile (20)")
    parser.add_argument("--target", default="native", help=f"{', '.join(KINDS)}, or the URL of a shop that runs")
    parser.add_argument("--allow-host", default="", help="this host may get the load although it is not this machine")
    parser.add_argument("--slo", type=Path, default=FILE, help="a file of promises (tests/load/slo.toml)")
    parser.add_argument("--compare", nargs="?", const=commands.NEWEST, help="with a baseline: a file, or the newest")
    parser.add_argument("--workers", type=int, default=1, help="processes of the load generator (1)")
    parser.add_argument("--page", action="store_true", help="show Locust's page meanwhile")
    parser.add_argument("--release", default="0", help="which the baseline belongs to (0)")
    parser.add_argument("--repeats", type=int, default=5, help="runs for a baseline (5)")
    arguments = parser.parse_args(argv)
    if arguments.users < 1 or arguments.workers < 1 or arguments.repeats < 1:
        parser.error("--users, --workers and --repeats take a number from 1 on")
    return arguments


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"takes a time up to {MOST_MINUTES} minutes")
    return number


MOST_MINUTES = 24 * 60

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
