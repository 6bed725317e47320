"""`scripts/test.sh contract --canary`: which test fails for which change, and how fast."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts.shop.progress import say
from scripts.shop.project import run_dir
from scripts.shop.tables import table
from tests.contract_canary.changes import BREAKING, HARMLESS, Change, NoLongerApplies
from tests.contract_canary.copies import copy_with
from tests.support.contracts import schemas

LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """
    :param red: the test files that failed.
    :param why: the reason that contains what the change expects, otherwise the first reason.
    """

    change: Change
    red: tuple[str, ...]
    why: str
    seconds: float
    tests: int

    @property
    def complaint(self) -> str:
        """What is wrong with this outcome; empty when it is as expected."""
        if not self.tests:
            return f"no test ran: {self.why}"
        if self.change.red and self.change.red not in self.red:
            return f"NOT NOTICED by {self.change.red}"
        if self.change.red and self.change.because not in self.why:
            return f"failed for another reason than {self.change.because!r}: {self.why[:300]}"
        if not self.change.red and self.red:
            return f"FALSE ALARM in {', '.join(self.red)}: {self.why[:300]}"
        return ""

    @property
    def row(self) -> tuple[str, ...]:
        noticed = self.change.red if self.change.red in self.red else ", ".join(self.red) or "none"
        verdict = "RED" if self.complaint else "as expected"
        return self.change.kind, self.change.what, self.change.run, f"{self.seconds:.1f} s", noticed, verdict


def main(*, at_once: int = 2) -> int:
    started = time.monotonic()
    schemas.install()  # here, and not in several copies at the same time
    changes = [*BREAKING, *HARMLESS]
    with ThreadPoolExecutor(at_once) as pool:
        outcomes = list(pool.map(_try, range(len(changes)), changes))
    for title, group in (("Breaking: a test must fail", BREAKING), ("Harmless: no test may fail", HARMLESS)):
        say(f"\n{title}\n")
        say(table([outcome.row for outcome in outcomes if outcome.change in group]))
    wrong = [outcome for outcome in outcomes if outcome.complaint]
    say("")
    for outcome in wrong:
        say(f"{outcome.change.what}: {outcome.complaint}")
    say(f"\n{time.monotonic() - started:.1f} s")
    say(f"{len(outcomes) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def _try(number: int, change: Change) -> Outcome:
    started = time.monotonic()
    try:
        with copy_with(change, run_dir() / "canary" / str(number)) as folder:
            return _run(change, folder)
    except NoLongerApplies as error:
        return Outcome(change, (), f"the canary no longer applies: {error}", time.monotonic() - started, 0)


def _run(change: Change, folder: Path) -> Outcome:
    started = time.monotonic()
    if "/" in change.run:
        command = ["-m", "pytest", change.run, "-q", "--no-header", f"--junitxml={folder / 'reports' / 'report.xml'}"]
    else:
        command = ["-m", "scripts.shop.test", "contract", "--service", change.run]
    environment = {**os.environ, "RUN_DIR": str(folder / ".run")}
    subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, timeout=LIMIT_SECONDS, check=False
    )
    seconds = time.monotonic() - started
    reports = [*folder.glob("reports/*.xml"), *folder.glob(".run/tests/reports/*.xml")]
    cases = [case for report in reports for case in ElementTree.parse(report).iter("testcase")]  # noqa: S314 - our own
    failures = [(case, child) for case in cases for child in case if child.tag in {"failure", "error"}]
    reasons = [failure.get("message") or "" for _, failure in failures]
    why = next((reason for reason in reasons if change.because in reason), reasons[0] if reasons else "")
    return Outcome(change, tuple(sorted({_file(case) for case, _ in failures})), why, seconds, len(cases))


def _file(case: ElementTree.Element) -> str:
    """`a.b.test_c.TestD` is in a/b/test_c.py; for a module that could not be imported, the name says which."""
    parts = (case.get("classname") or case.get("name") or "").split(".")
    return "/".join(part for part in parts if not part[:1].isupper()) + ".py"
