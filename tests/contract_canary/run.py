"""`scripts/test.sh contract --canary`: who notices what, and how fast."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts.shop.progress import say
from scripts.shop.project import run_dir
from scripts.shop.tables import table
from tests.contract_canary.changes import BREAKING, HARMLESS, Change
from tests.contract_canary.planting import NoLongerApplies, copy_with
from tests.support.contracts import schemas

LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    change: Change
    red: tuple[str, ...]
    """The files that turned red."""
    why: str
    """The reason that names what was changed; if none does, the first."""
    seconds: float
    tests: int

    @property
    def complaint(self) -> str:
        """What is wrong with this outcome; empty when it is as it should be."""
        if not self.tests:
            return f"no test ran: {self.why}"
        if self.change.is_breaking and self.change.red not in self.red:
            return f"NOT NOTICED by {self.change.red}"
        if self.change.is_breaking and self.change.because not in self.why:
            return f"red for another reason than {self.change.because!r}: {self.why[:300]}"
        if not self.change.is_breaking and self.red:
            return f"FALSE ALARM in {', '.join(self.red)}: {self.why[:300]}"
        return ""


def run(changes: Sequence[Change], *, at_once: int = 2) -> list[Outcome]:
    """Plant each change in a copy of its own, and run the suite that looks at it."""
    schemas.install()  # not in each copy at the same time
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(_try, range(len(changes)), changes))


def _try(number: int, change: Change) -> Outcome:
    started = time.monotonic()
    try:
        with copy_with(change, run_dir() / "canary" / str(number)) as tree:
            return _look(change, tree)
    except NoLongerApplies as error:
        return Outcome(change, (), f"the canary no longer applies: {error}", time.monotonic() - started, 0)


def _look(change: Change, tree: Path) -> Outcome:
    started = time.monotonic()
    if "/" in change.run:
        command = ["-m", "pytest", change.run, "-q", "--no-header", f"--junitxml={tree / 'reports' / 'report.xml'}"]
    else:
        command = ["-m", "scripts.shop.test", "contract", "--service", change.run]
    environment = {**os.environ, "RUN_DIR": str(tree / ".run")}
    subprocess.run(
        [sys.executable, *command], cwd=tree, env=environment, capture_output=True, timeout=LIMIT_SECONDS, check=False
    )
    seconds = time.monotonic() - started
    reports = [*tree.glob("reports/*.xml"), *tree.glob(".run/tests/reports/*.xml")]
    cases = [case for report in reports for case in ElementTree.parse(report).iter("testcase")]  # noqa: S314 - our own
    bad = [(case, trouble) for case in cases for trouble in case if trouble.tag in {"failure", "error"}]
    reasons = [trouble.get("message") or "" for _, trouble in bad]
    why = next((reason for reason in reasons if change.because in reason), reasons[0] if reasons else "")
    return Outcome(change, tuple(sorted({_file(case) for case, _ in bad})), why, seconds, len(cases))


def _file(case: ElementTree.Element) -> str:
    """`a.b.test_c.TestD` is in a/b/test_c.py; of a module that could not be read, the name says which."""
    parts = (case.get("classname") or case.get("name") or "").split(".")
    return "/".join(part for part in parts if not part[:1].isupper()) + ".py"


def main(*, at_once: int = 2) -> int:
    started = time.monotonic()
    outcomes = run([*BREAKING, *HARMLESS], at_once=at_once)
    for title, changes in (("Breaking: somebody has to notice", BREAKING), ("Harmless: nobody may", HARMLESS)):
        say(f"\n{title}\n")
        say(table([_line(outcome) for outcome in outcomes if outcome.change in changes]))
    wrong = [outcome for outcome in outcomes if outcome.complaint]
    say("")
    for outcome in wrong:
        say(f"{outcome.change.what}: {outcome.complaint}")
    say(f"\n{time.monotonic() - started:.1f} s")
    say(f"{len(outcomes) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


def _line(outcome: Outcome) -> tuple[str, ...]:
    change = outcome.change
    noticed = change.red if change.red in outcome.red else ", ".join(outcome.red) or "nobody"
    verdict = "RED" if outcome.complaint else "as it should be"
    return change.kind, change.what, change.run, f"{outcome.seconds:.1f} s", noticed, verdict


if __name__ == "__main__":
    sys.exit(main())
