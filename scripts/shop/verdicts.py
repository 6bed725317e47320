"""Decides whether a suite is green. A suite that ran no test is red."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts.shop.processes import how_it_ended

NO_TESTS_COLLECTED = 5
REASON_LENGTH = 400


@dataclass(frozen=True)
class Report:
    """pytest's JUnit report: numbers of tests, the ids of those skipped, and a line for each that failed."""

    passed: int = 0
    failed: int = 0
    skipped: tuple[str, ...] = ()
    xfailed: int = 0
    reasons: tuple[str, ...] = ()

    @classmethod
    def read(cls, junit: Path) -> "Report | None":
        """The report in this file; None when pytest did not write a whole one."""
        try:
            cases = list(ElementTree.parse(junit).iter("testcase"))  # noqa: S314 - written by pytest in this run
        except (FileNotFoundError, ElementTree.ParseError):
            return None

        failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
        not_run = [case for case in cases if case.find("skipped") is not None]
        xfailed = [case for case in not_run if case.find("skipped").get("type") == "pytest.xfail"]  # type: ignore[union-attr]
        return cls(
            passed=len(cases) - len(failed) - len(not_run),
            failed=len(failed),
            skipped=tuple(sorted(_id(case) for case in not_run if case not in xfailed)),
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
    :param report: None when pytest wrote none.
    :param floor: the minimum number of tests; None when none is recorded.
    :param partial: pytest got arguments that may leave out tests (-k, a path), so numbers are not checked.
    """
    if report is None:
        return Verdict(0, 0, (f"pytest {how_it_ended(exit_code)} and wrote no report",))
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
        complaints.append(f"{len(undeclared)} skipped without a declared reason: {', '.join(undeclared[:3])}")
    if not partial:
        complaints += _compare_with_floor(report.passed + report.failed, floor)
    return Verdict(report.passed, report.failed, tuple(complaints), report.reasons)


def _compare_with_floor(ran: int, floor: int | None) -> list[str]:
    if floor is None:
        return ["no minimum number of tests is recorded (scripts/test.sh --record-floors)"]
    if ran < floor:
        return [f"only {ran} tests ran, the minimum is {floor}"]
    return []


def _reason(case: ElementTree.Element) -> str:
    """The beginning of the exception's text; for a module that could not be imported, the last line."""
    trouble = next(each for each in case if each.tag in {"failure", "error"})
    said = " ".join((trouble.get("message") or "failed").split())
    if said == "collection failure":
        [said] = [line[1:].strip() for line in (trouble.text or "").splitlines() if line.startswith("E ")][-1:] or [
            said
        ]
    return f"{case.get('name') or _id(case)}: {said.removeprefix('AssertionError: ')[:REASON_LENGTH]}"


def _id(case: ElementTree.Element) -> str:
    return f"{case.get('classname')}.{case.get('name')}"
