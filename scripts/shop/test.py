"""`scripts/test.sh`: runs suites side by side, judges each, and says one line about it."""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop import contracts, coverage, jobs, preloaded, processes, servers, suites
from scripts.shop import floors as floors_file
from scripts.shop.floors import Floors
from scripts.shop.progress import say
from scripts.shop.project import ROOT, run_dir
from scripts.shop.suites import Suite
from scripts.shop.tables import table
from scripts.shop.verdicts import Report, Verdict, judge
from tests.support import ServersUnavailable
from tests.support.finding import KINDS

MOST_REASONS = 6
"""Lines about failures at the end: with a line per suite, they fit into the last 20."""


@dataclass(frozen=True)
class Row:
    suite: Suite
    verdict: Verdict
    seconds: float


class TestRun:
    """The chosen suites, one pytest process each."""

    def __init__(
        self,
        chosen: Sequence[Suite],
        *,
        floors: Floors,
        measured: bool = False,
        preload: bool = False,
        pytest_arguments: Sequence[str] = (),
    ) -> None:
        self.suites = {str(suite): suite for suite in chosen}
        self.floors = floors
        self.measured = measured
        self.preload = preload and preloaded.AVAILABLE
        self.pytest_arguments = tuple(pytest_arguments)
        self.environment: Mapping[str, str] = {}
        self.folder = run_dir() / "tests"
        self.pacts = contracts.Exchange(written=self.folder / "pacts")
        self.rows: list[Row] = []

    @property
    def partial(self) -> bool:
        """With arguments of one's own, pytest may have been told to leave tests out: counts say nothing then."""
        return bool(self.pytest_arguments)

    def run(self, at_once: int | None = None) -> list[Row]:
        durations = Durations(self.folder / "durations.json")
        longest_first = sorted(self.suites.values(), key=lambda suite: -durations.of(str(suite)))
        if self.preload:
            # What starts alone runs on the other core while this process imports for the rest.
            longest_first.sort(key=lambda suite: suite.owner not in preloaded.ALONE)
        if self.measured:
            coverage.start_anew(self.folder / "coverage")
        self.pacts.begin()

        # What providers have to keep is written down by the consumers, so they come after.
        first = [suite for suite in longest_first if suite.layer != contracts.LAYER or suite.part == suites.CONSUMER]
        jobs.run([self._job(suite) for suite in first], at_once=at_once, ended=self._ended, start=self._start)
        self._renew_pacts()
        second = [suite for suite in longest_first if suite not in first]
        jobs.run([self._job(suite) for suite in second], at_once=at_once, ended=self._ended)

        durations.remember({str(row.suite): row.seconds for row in self.rows})
        order = [*self.suites, str(contracts.PACTS)]
        self.rows.sort(key=lambda row: order.index(str(row.suite)))
        return self.rows

    def _start(self, job: jobs.Job) -> processes.Process:
        forked = self.preload and self.suites[job.name].owner not in preloaded.ALONE
        return preloaded.start(job) if forked else jobs.start_alone(job)

    def _renew_pacts(self) -> None:
        consumers = [row for row in self.rows if row.suite.part == suites.CONSUMER]
        sound = {row.suite.owner for row in consumers if row.verdict.passed and not row.verdict.failed}
        if sound and not self.partial:
            started = time.monotonic()
            verdict = self.pacts.renew(sound)
            self.rows.append(Row(contracts.PACTS, verdict, time.monotonic() - started))

    def _job(self, suite: Suite) -> jobs.Job:
        self._junit(suite).unlink(missing_ok=True)
        measured = self.measured and suite.layer in coverage.LAYERS
        runner = coverage.command(self.folder / "coverage", suite.owner) if measured else [sys.executable]
        command = [
            *runner,
            *("-m", "pytest", os.path.relpath(suite.path, ROOT), "--quiet", "--no-header", "--color=no"),
            f"--junitxml={self._junit(suite)}",
            *("-o", f"cache_dir={self.folder / 'cache' / _file_name(suite)}"),
            *self.pacts.arguments(suite),
            *self.pytest_arguments,
        ]
        environment: Mapping[str, str] = self.pacts.environment(suite) if suite.layer == contracts.LAYER else {}
        if suite.layer in servers.LAYERS:
            environment = self.environment
        log = self.folder / "logs" / f"{_file_name(suite)}.log"
        return jobs.Job(str(suite), command, log=log, environment=environment)

    def _junit(self, suite: Suite) -> Path:
        return self.folder / "reports" / f"{_file_name(suite)}.xml"

    def _ended(self, result: jobs.Result) -> None:
        suite = self.suites[result.job.name]
        verdict = judge(
            result.exit_code,
            Report.read(self._junit(suite)),
            floor=self.floors.of(suite.layer, suite.name),
            declared_skips=self.floors.skips,
            partial=self.partial,
        )
        self.rows.append(Row(suite, verdict, result.seconds))
        if not verdict.green:
            # Where every test passed, pytest's words say nothing about what is missing.
            said = result.output if result.exit_code or not verdict.passed else ""
            say(f"\n--- {suite}: {'; '.join(verdict.complaints)}\n{said}")
        if verdict.passed or verdict.complaints:
            say(f"{'✓' if verdict.green else '✗'} {suite}: {verdict.passed} tests in {result.seconds:.1f} s")


class Durations:
    """How long each suite took last time: the longest start first, so that none is left running alone."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._seconds: dict[str, float] = json.loads(file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            self._seconds = {}

    def of(self, suite: str) -> float:
        return self._seconds.get(suite, 0.0)

    def remember(self, seconds: dict[str, float]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._seconds | seconds))


def main(argv: list[str], *, root: Path = ROOT) -> int:
    arguments, pytest_arguments = _parse(argv)
    if arguments.canary:
        from tests.contract_canary import run as contract_canary  # noqa: PLC0415 - test-quick has no time for it

        return contract_canary.main(at_once=arguments.jobs)
    try:
        existing = suites.find(root)
        chosen = suites.choose(existing, layers=arguments.layers, owner=arguments.service)
        chosen = contracts.with_concerned(chosen, existing)
    except suites.NoSuchSuite as error:
        print(error, file=sys.stderr)
        return 2

    floors = Floors.read(root / floors_file.FILE)
    whole = [str(suite) for suite in existing if suite.layer in coverage.LAYERS]
    measured = not arguments.quick and not pytest_arguments and set(whole) <= set(map(str, chosen))
    started = time.monotonic()
    run = TestRun(
        chosen, floors=floors, measured=measured, preload=arguments.preload, pytest_arguments=pytest_arguments
    )
    try:
        with servers.for_suites(chosen, arguments.infra) as run.environment:
            rows = run.run(arguments.jobs)
    except ServersUnavailable as trouble:
        print(f"\nNo servers for the integration tests; the other layers need none.\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; every test process has ended.")
        return 130

    if arguments.record_floors:
        return _record(floors, rows, file=root / floors_file.FILE, partial=run.partial)
    covered = coverage.report(run.folder / "coverage") if measured and all(row.verdict.green for row in rows) else True
    return _close(rows, covered=covered, partial=run.partial, seconds=time.monotonic() - started)


def _close(rows: Sequence[Row], *, covered: bool, partial: bool, seconds: float) -> int:
    """The last lines: what broke, one per suite, then the total; the exit code."""
    say("")
    say("\n".join(_what_broke(rows)))
    say(table([_line(row) for row in rows]))
    if partial:
        say("Floors were not asked: pytest got arguments of its own.")
    passed = sum(row.verdict.passed for row in rows)
    failed = sum(row.verdict.failed for row in rows)
    if not passed + failed:
        say("RED: no test ran.")
    say(f"\n{seconds:.1f} s")
    say(f"{passed} passed, {failed} failed")
    return 0 if covered and passed and all(row.verdict.green for row in rows) else 1


def _what_broke(rows: Sequence[Row]) -> list[str]:
    """A line for each failure, as far as they fit on a screen with all the rest."""
    broken = [f"{row.suite}: {reason}" for row in rows for reason in row.verdict.reasons]
    more = [f"... and {len(broken) - MOST_REASONS} more"] if len(broken) > MOST_REASONS else []
    return [*broken[:MOST_REASONS], *more, *([""] if broken else [])]


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
        if row.suite == contracts.PACTS:
            continue
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
    parser.add_argument("--service", help="only the tests of this service (or: servicekit, scripts, shop)")
    parser.add_argument(
        "--infra",
        choices=KINDS,
        default=os.environ.get("TEST_INFRA", "auto"),
        help="where integration tests get their servers (tests/support/README.md)",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="suites at once (default: one a core)")
    parser.add_argument("--record-floors", action="store_true", help="write this run's counts to tests/floors.toml")
    parser.add_argument("--canary", action="store_true", help="plant changes to see who notices (contract only)")
    parser.add_argument("--quick", action="store_true", help="do not measure coverage")
    parser.add_argument("--preload", action="store_true", help="import what all suites share once, and fork")
    arguments = parser.parse_intermixed_args(argv)
    if arguments.canary and arguments.layers != [contracts.LAYER]:
        parser.error("--canary belongs to the contract layer: scripts/test.sh contract --canary")
    return arguments, pytest_arguments


def _file_name(suite: Suite) -> str:
    return f"{suite.layer}-{suite.name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
