"""Runs suites side by side, one pytest process each, and judges them."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.shop import contracts, coverage, jobs, preloaded, processes, servers, suites
from scripts.shop.floors import Floors
from scripts.shop.progress import say
from scripts.shop.project import ROOT, run_dir
from scripts.shop.suites import Suite
from scripts.shop.verdicts import Report, Verdict, judge

RUNS_THIS_PROGRAM = "scripts"
"""The owner whose tests are about this very program: they get a process of their own, and no fork of it."""


@dataclass(frozen=True)
class Row:
    suite: Suite
    verdict: Verdict
    seconds: float


@dataclass
class TestRun:
    """
    :param environment: variables with the addresses of servers, for the suites that need servers.
    :param measured: whether coverage is measured.
    :param preload: whether suites run in forks of this process (preloaded.py).
    :param pytest_arguments: passed on to pytest; it may leave out tests then, so numbers of tests are not checked.
    """

    chosen: Sequence[Suite]
    floors: Floors
    environment: Mapping[str, str] = field(default_factory=dict)
    measured: bool = False
    preload: bool = False
    pytest_arguments: Sequence[str] = ()

    def __post_init__(self) -> None:
        self.folder = run_dir() / "tests"
        self._suites = {str(suite): suite for suite in self.chosen}
        self._pacts = contracts.PactFolders(written=self.folder / "pacts")
        self._rows: list[Row] = []

    def run(self, at_once: int | None = None) -> list[Row]:
        """Run every suite, at most `at_once` at the same time."""
        if self.measured:
            coverage.start_anew(self.folder / "coverage")
        self._pacts.begin()
        ordered = sorted(self.chosen, key=self._order)
        # Providers replay what consumers write, so they run after them.
        second = [suite for suite in ordered if suite.part == suites.PROVIDER]
        alone = [suite for suite in ordered if suite.layer in suites.ALONE]
        first = [suite for suite in ordered if suite not in (*second, *alone)]
        jobs.run(map(self._job, first), at_once=at_once, ended=self._ended, start=self._start)
        self._update_pacts()
        jobs.run(map(self._job, second), at_once=at_once, ended=self._ended)
        jobs.run(map(self._job, alone), at_once=1, ended=self._ended)

        shown = [*self._suites, str(contracts.PACTS)]
        return sorted(self._rows, key=lambda row: shown.index(str(row.suite)))

    def _order(self, suite: Suite) -> tuple[bool, bool, int]:
        """The longest first, so that none is left running alone; before them what runs while this process imports."""
        imports_first = self.preload and suite.owner == RUNS_THIS_PROGRAM
        tests = self.floors.of(suite.layer, suite.name) or 0
        return not imports_first, suite.layer not in servers.LAYERS, -tests

    def _start(self, job: jobs.Job) -> processes.Process:
        forked = self.preload and self._suites[job.name].owner != RUNS_THIS_PROGRAM
        return preloaded.start(job) if forked else jobs.start(job)

    def _job(self, suite: Suite) -> jobs.Job:
        name = f"{suite.layer}-{suite.name}"
        report = self.folder / "reports" / f"{name}.xml"
        report.unlink(missing_ok=True)
        measured = self.measured and suite.layer in coverage.LAYERS
        command = [
            *(coverage.command(self.folder / "coverage", suite.owner) if measured else [sys.executable]),
            *("-m", "pytest", os.path.relpath(suite.path, ROOT), "--quiet", "--no-header", "--color=no"),
            f"--junitxml={report}",
            *("-o", f"cache_dir={self.folder / 'cache' / name}"),
            *self._pacts.arguments(suite),
            *self.pytest_arguments,
        ]
        environment = dict(os.environ)
        if suite.layer == contracts.LAYER:
            environment |= self._pacts.environment(suite)
        if suite.layer in servers.LAYERS:
            environment |= self.environment
        return jobs.Job(str(suite), command, log=self.folder / "logs" / f"{name}.log", environment=environment)

    def _ended(self, result: jobs.Result) -> None:
        suite = self._suites[result.job.name]
        verdict = judge(
            result.exit_code,
            Report.read(self.folder / "reports" / f"{suite.layer}-{suite.name}.xml"),
            floor=self.floors.of(suite.layer, suite.name),
            declared_skips=self.floors.skips,
            partial=bool(self.pytest_arguments),
        )
        self._rows.append(Row(suite, verdict, result.seconds))
        if not verdict.green:
            # Where every test passed, pytest's output says nothing about what is missing.
            output = result.output if result.exit_code or not verdict.passed else ""
            say(f"\n--- {suite}: {'; '.join(verdict.complaints)}\n{output}")
        if verdict.passed or verdict.complaints:
            say(f"{'✓' if verdict.green else '✗'} {suite}: {verdict.passed} tests in {result.seconds:.1f} s")

    def _update_pacts(self) -> None:
        consumers = [row for row in self._rows if row.suite.part == suites.CONSUMER]
        passed = {row.suite.owner for row in consumers if row.verdict.passed and not row.verdict.failed}
        if passed and not self.pytest_arguments:
            started = time.monotonic()
            verdict = self._pacts.update(passed)
            self._rows.append(Row(contracts.PACTS, verdict, time.monotonic() - started))
