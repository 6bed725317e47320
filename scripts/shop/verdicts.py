"""Decides whether a suite may be called green. Nothing passes by doing nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts.shop.processes import how_it_ended

NO_TESTS_COLLECTED = 5
REASON_LENGTH = 400


@dataclass(frozen=True)
class Report:
    """What pytest wrote down at its end: counts, the ids of what it skipped, and a line for what failed."""

    passed: int = 0
    failed: int = 0
    skipped: tuple[str, ...] = ()
    xfailed: int = 0
    reasons: tuple[str, ...] = ()

    @classmethod
    def read(cls, junit: Path) -> "Report | None":
        """The report in this file; None when pytest did not live to write one."""
        try:
            cases = list(ElementTree.parse(junit).iter("testcase"))  # noqa: S314 - pytest of this very run wrote it
        except (FileNotFoundError, ElementTree.ParseError):
            return None

        failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
        left_out = [case for case in cases if case.find("skipped") is not None]
        xfailed = [case for case in left_out if case.find("skipped").get("type") == "pytest.xfail"]  # type: ignore[union-attr]
        return cls(
            passed=len(cases) - len(failed) - len(left_out),
            failed=len(failed),
            skipped=tuple(sorted(_id(case) for case in left_out if case not in xfailed)),
            xfailed=len(xfailed),
            reasons=tuple(_reason(case) for case in failed),
        )


@dataclass(frozen=True)
class Verdict:
    passed: int
    failed: int
    complaints: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """A line for each test that failed."""

    @property
    def green(self) -> bool:
        return not self.complaints


def judge(
    exit_code: int,
    report: Report | None,
    *,
    floor: int | None,
    declared_skips: Collection[str] = (),
    partial: bool = False,
) -> Verdict:
    """
    The verdict on one suite.

    :param exit_code: pytest's; negative when a signal ended it.
    :param report: None when pytest left none.
    :param floor: the least number of tests that must run; None when none is recorded.
    :param partial: somebody chose among the tests (-k, a path), so counts say nothing.
    """
    if report is None:
        return Verdict(0, 0, (f"pytest {how_it_ended(exit_code)} and left no report",))
    if partial and exit_code == NO_TESTS_COLLECTED:
        return Verdict(0, 0)

    complaints = []
    if report.failed:
        complaints.append(f"{report.failed} failed")
    if exit_code and not report.failed and exit_code != NO_TESTS_COLLECTED:
        complaints.append(f"pytest {how_it_ended(exit_code)}")
    if report.passed == 0 and not report.failed:
        complaints.append("no test passed")
    if undeclared := [test for test in report.skipped if test not in declared_skips]:
        complaints.append(f"{len(undeclared)} skipped without leave: {', '.join(undeclared[:3])}")
    if not partial:
        complaints += _about_the_floor(report.passed + report.failed, floor)
    return Verdict(report.passed, report.failed, tuple(complaints), report.reasons)


def _about_the_floor(ran: int, floor: int | None) -> list[str]:
    if floor is None:
        return ["no floor is recorded (scripts/test.sh --record-floors)"]
    if ran < floor:
        return [f"only {ran} of the {floor} tests that its floor asks for ran"]
    return []


def _reason(case: ElementTree.Element) -> str:
    """The beginning of what the exception says; of a module that could not be read, the last line."""
    trouble = next(each for each in case if each.tag in {"failure", "error"})
    said = " ".join((trouble.get("message") or "failed").split())
    if said == "collection failure":
        [said] = [line[1:].strip() for line in (trouble.text or "").splitlines() if line.startswith("E ")][-1:] or [
            said
        ]
    return f"{case.get('name') or _id(case)}: {said.removeprefix('AssertionError: ')[:REASON_LENGTH]}"


def _id(case: ElementTree.Element) -> str:
    return f"{case.get('classname')}.{case.get('name')}"
