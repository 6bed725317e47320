"""A suite that ran no test is red."""

from pathlib import Path

from scripts.shop.verdicts import NO_TESTS_COLLECTED, Report, judge


class TestJudge:
    def test_as_many_tests_as_the_floor_are_green(self):
        verdict = judge(0, Report(passed=3), floor=3)

        assert verdict.green
        assert (verdict.passed, verdict.failed) == (3, 0)

    def test_a_failed_test_is_red(self):
        assert judge(1, Report(passed=3, failed=1), floor=3).complaints == ("1 failed",)

    def test_fewer_tests_than_the_floor_are_red(self):
        [complaint] = judge(0, Report(passed=2), floor=3).complaints

        assert complaint == "only 2 tests ran, the minimum is 3"

    def test_a_suite_without_a_floor_is_red(self):
        [complaint] = judge(0, Report(passed=2), floor=None).complaints

        assert "--record-floors" in complaint

    def test_a_suite_without_tests_is_red(self):
        assert not judge(NO_TESTS_COLLECTED, Report(), floor=0).green

    def test_a_suite_with_every_test_skipped_is_red(self):
        assert not judge(0, Report(skipped=("a.test_b",)), floor=0, declared_skips=["a.test_b"]).green

    def test_a_killed_pytest_is_red(self):
        verdict = judge(-9, None, floor=3)

        assert verdict.complaints == ("pytest was killed by SIGKILL and wrote no report",)

    def test_exit_code_0_without_a_report_is_red(self):
        assert not judge(0, None, floor=0).green

    def test_an_error_outside_of_tests_is_red(self):
        """An error in a session fixture, a usage error, an interrupt."""
        assert judge(3, Report(passed=3), floor=3).complaints == ("pytest ended with exit code 3",)

    def test_a_skipped_test_without_a_declared_reason_is_red(self):
        [complaint] = judge(0, Report(passed=3, skipped=("a.test_b",)), floor=3).complaints

        assert complaint == "1 skipped without a declared reason: a.test_b"

    def test_a_skipped_test_with_a_declared_reason_is_green(self):
        assert judge(0, Report(passed=3, skipped=("a.test_b",)), floor=3, declared_skips=["a.test_b"]).green


class TestJudgeAPartialRun:
    def test_fewer_tests_than_the_floor_are_green(self):
        assert judge(0, Report(passed=1), floor=30, partial=True).green

    def test_a_suite_without_a_match_is_green(self):
        """`-k cancel` chooses tests of one service; the total is red when no suite has a match."""
        assert judge(NO_TESTS_COLLECTED, Report(), floor=30, partial=True).green

    def test_a_killed_pytest_is_red(self):
        assert not judge(-15, None, floor=None, partial=True).green


class TestReport:
    def test_a_missing_file_is_no_report(self, tmp_path: Path):
        assert Report.read(tmp_path / "missing.xml") is None

    def test_an_incomplete_file_is_no_report(self, tmp_path: Path):
        (tmp_path / "cut.xml").write_text('<testsuites><testsuite tests="3"><testcase')

        assert Report.read(tmp_path / "cut.xml") is None

    def test_tests_are_counted_by_their_result(self, tmp_path: Path):
        (tmp_path / "report.xml").write_text("""
            <testsuites><testsuite>
              <testcase classname="a" name="good"/>
              <testcase classname="a" name="bad"><failure message="AssertionError: 1 is not 2&#10;so"/></testcase>
              <testcase classname="a" name="broken"><error message="failed on setup"/></testcase>
              <testcase classname="a" name="left_out"><skipped type="pytest.skip"/></testcase>
              <testcase classname="a" name="known_bad"><skipped type="pytest.xfail"/></testcase>
            </testsuite></testsuites>
        """)

        report = Report.read(tmp_path / "report.xml")

        reasons = ("bad: 1 is not 2 so", "broken: failed on setup")
        assert report == Report(passed=1, failed=2, skipped=("a.left_out",), xfailed=1, reasons=reasons)

    def test_the_reason_of_a_module_that_cannot_be_imported_is_its_error(self, tmp_path: Path):
        (tmp_path / "report.xml").write_text(
            '<testsuite><testcase classname="" name="a.test_b"><error message="collection failure">'
            "a/test_b.py:1: in (module)\nE   ContractError: no such provider</error></testcase></testsuite>"
        )

        assert Report.read(tmp_path / "report.xml").reasons == ("a.test_b: ContractError: no such provider",)
