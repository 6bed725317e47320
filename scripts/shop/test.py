"""`scripts/test.sh`: runs the chosen suites, shows a line for each, and says whether all are green."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.shop import contracts, coverage, preloaded, servers, suites
from scripts.shop import floors as floors_file
from scripts.shop.floors import Floors
from scripts.shop.progress import say
from scripts.shop.project import ROOT
from scripts.shop.tables import table
from scripts.shop.testrun import Row, TestRun
from tests.support import ServersUnavailable
from tests.support.finding import KINDS

MOST_REASONS = 6
"""Lines about failures at the end: with a line per suite, they fit into the last 20."""


def main(argv: list[str], *, root: Path = ROOT) -> int:
    arguments, pytest_arguments = _parse(argv)
    if arguments.canary:
        from tests.contract_canary import run as contract_canary  # noqa: PLC0415 - test-quick has no time for it

        return contract_canary.main(at_once=arguments.jobs)
    try:
        existing = suites.find(root)
        chosen = suites.choose(existing, layers=arguments.layers, owner=arguments.service)
        chosen = contracts.with_providers(chosen, existing)
    except suites.NoSuchSuite as error:
        print(error, file=sys.stderr)
        return 2

    floors = Floors.read(root / floors_file.FILE)
    all_measured = {suite for suite in existing if suite.layer in coverage.LAYERS}
    measured = not arguments.quick and not pytest_arguments and all_measured <= set(chosen)
    started = time.monotonic()
    try:
        with servers.for_suites(chosen, arguments.infra) as environment:
            preload = arguments.preload and preloaded.AVAILABLE
            run = TestRun(chosen, floors, environment, measured, preload, pytest_arguments)
            rows = run.run(arguments.jobs)
    except ServersUnavailable as error:
        print(f"\nNo servers for the integration tests; the other layers need none.\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; every test process has ended.")
        return 130

    if arguments.record_floors:
        return _record(floors, rows, file=root / floors_file.FILE, partial=bool(pytest_arguments))
    green = all(row.verdict.green for row in rows)
    covered = coverage.report(run.folder / "coverage") if measured and green else True
    _summarize(rows, partial=bool(pytest_arguments), seconds=time.monotonic() - started)
    return 0 if green and covered and any(row.verdict.passed for row in rows) else 1


def _summarize(rows: Sequence[Row], *, partial: bool, seconds: float) -> None:
    """The last lines: a line for each failure as far as they fit on a screen, one for each suite, the total."""
    failures = [f"{row.suite}: {reason}" for row in rows for reason in row.verdict.reasons]
    more = [f"... and {len(failures) - MOST_REASONS} more"] if len(failures) > MOST_REASONS else []
    say(
        "\n".join(
            ["", *failures[:MOST_REASONS], *more, *([""] if failures else []), table([_line(row) for row in rows])]
        )
    )
    if partial:
        say("Numbers of tests were not checked: pytest got arguments of its own.")
    passed = sum(row.verdict.passed for row in rows)
    failed = sum(row.verdict.failed for row in rows)
    if not passed + failed:
        say("RED: no test ran.")
    say(f"\n{seconds:.1f} s")
    say(f"{passed} passed, {failed} failed")


def _line(row: Row) -> tuple[str, ...]:
    if row.verdict.complaints:
        word = f"RED: {'; '.join(row.verdict.complaints)}"
    else:
        word = "green" if row.verdict.passed else "no test chosen"
    return row.suite.layer, row.suite.name, f"{row.verdict.passed}", "tests", f"{row.seconds:.1f} s", word


def _record(floors: Floors, rows: Sequence[Row], *, file: Path, partial: bool) -> int:
    if partial or any(row.verdict.failed or not row.verdict.passed for row in rows):
        print("Floors are recorded from whole suites whose tests all pass.", file=sys.stderr)
        return 1
    for row in rows:
        if row.suite != contracts.PACTS:
            floors.record(row.suite.layer, row.suite.name, row.verdict.passed)
    floors.write(file)
    say(f"Recorded in {floors_file.FILE}.")
    return 0


def _parse(argv: list[str]) -> tuple[argparse.Namespace, list[str]]:
    pytest_arguments: list[str] = []
    if "--" in argv:
        cut = argv.index("--")
        argv, pytest_arguments = argv[:cut], argv[cut + 1 :]
    parser = argparse.ArgumentParser(prog="scripts/test.sh")
    parser.add_argument("layers", nargs="*", metavar="layer")
    parser.add_argument("--service", help="only the tests of this service (or: servicekit, scripts, support, shop)")
    parser.add_argument(
        "--infra",
        choices=KINDS,
        default=os.environ.get("TEST_INFRA", "auto"),
        help="where integration tests get their servers (tests/support/README.md)",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="suites at once (default: one a core)")
    parser.add_argument("--record-floors", action="store_true", help="write the numbers of tests to tests/floors.toml")
    parser.add_argument("--canary", action="store_true", help="make changes and check who notices (contract only)")
    parser.add_argument("--quick", action="store_true", help="do not measure coverage")
    parser.add_argument("--preload", action="store_true", help="import what all suites share once, and fork")
    arguments = parser.parse_intermixed_args(argv)
    if arguments.canary and arguments.layers != [contracts.LAYER]:
        parser.error("--canary belongs to the contract layer: scripts/test.sh contract --canary")
    return arguments, pytest_arguments


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
