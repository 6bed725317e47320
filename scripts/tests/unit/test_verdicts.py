"""Nothing passes by doing nothing."""

from pathlib import Path

from scripts.shop.verdicts import NO_TESTS_COLLECTED, Report, judge


class TestJudge:
    def test_is_green_when_the_floor_is_reached(self):
        verdict = judge(0, Report(passed=3), floor=3)

        assert verdict.green
        assert (verdict.passed, verdict.failed) == (3, 0)

    def test_is_red_when_a_test_failed(self):
        assert judge(1, Report(passed=3, failed=1), floor=3).complaints == ("1 failed",)

    def test_is_red_when_fewer_tests_ran_than_the_floor_asks_for(self):
        [complaint] = judge(0, Report(passed=2), floor=3).complaints

        assert complaint == "only 2 of the 3 tests that its floor asks for ran"

    def test_is_red_without_a_floor(self):
        """A new suite counts from its first day on."""
        [complaint] = judge(0, Report(passed=2), floor=None).complaints

        assert "--record-floors" in complaint

    def test_is_red_when_no_test_was_collected(self):
        assert not judge(NO_TESTS_COLLECTED, Report(), floor=0).green

    def test_is_red_when_every_test_was_skipped(self):
        assert not judge(0, Report(skipped=("a.test_b",)), floor=0, declared_skips=["a.test_b"]).green

    def test_is_red_when_pytest_was_killed(self):
        verdict = judge(-9, None, floor=3)

        assert verdict.complaints == ("pytest was killed by SIGKILL and left no report",)

    def test_is_red_when_pytest_ended_well_but_left_no_report(self):
        assert not judge(0, None, floor=0).green

    def test_is_red_when_pytest_fails_after_tests_that_passed(self):
        """An error in a session fixture, a usage error, an interrupt."""
        assert judge(3, Report(passed=3), floor=3).complaints == ("pytest ended with exit code 3",)

    def test_is_red_when_a_test_was_skipped_without_leave(self):
        [complaint] = judge(0, Report(passed=3, skipped=("a.test_b",)), floor=3).complaints

        assert complaint == "1 skipped without leave: a.test_b"

    def test_is_green_when_the_skipped_test_was_declared(self):
        assert judge(0, Report(passed=3, skipped=("a.test_b",)), floor=3, declared_skips=["a.test_b"]).green


class TestJudgeAPartialRun:
    def test_does_not_ask_the_floor(self):
        assert judge(0, Report(passed=1), floor=30, partial=True).green

    def test_lets_a_suite_without_a_match_be(self):
        """`-k cancel` names tests of one service; the others have none, and the total says if nobody had any."""
        assert judge(NO_TESTS_COLLECTED, Report(), floor=30, partial=True).green

    def test_is_red_when_pytest_was_killed(self):
        assert not judge(-15, None, floor=None, partial=True).green


class TestReport:
    def test_is_none_without_a_file(self, tmp_path: Path):
        assert Report.read(tmp_path / "missing.xml") is None

    def test_is_none_when_the_file_breaks_off(self, tmp_path: Path):
        (tmp_path / "cut.xml").write_text('<testsuites><testsuite tests="3"><testcase')

        assert Report.read(tmp_path / "cut.xml") is None

    def test_counts_by_what_pytest_said_of_each_test(self, tmp_path: Path):
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

    def test_says_why_a_module_could_not_be_read(self, tmp_path: Path):
        (tmp_path / "report.xml").write_text(
            '<testsuite><testcase classname="" name="a.test_b"><error message="collection failure">'
            "a/test_b.py:1: in (module)\nE   ContractError: no such provider</error></testcase></testsuite>"
        )

        assert Report.read(tmp_path / "report.xml").reasons == ("a.test_b: ContractError: no such provider",)
