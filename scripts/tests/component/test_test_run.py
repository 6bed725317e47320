"""scripts/test.sh on a small project, with real pytest processes."""

from pathlib import Path

import pytest

from scripts.shop import test as runner

A_TEST_THAT_PASSES = "def test_one(): pass\n"


class Project:
    """A folder with one suite, unit/order_service."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tests = root / "order_service" / "tests" / "unit"
        self.tests.mkdir(parents=True)
        (root / "pytest.ini").write_text("[pytest]\naddopts = --disable-plugin-autoload\n")

    def has_test(self, code: str) -> "Project":
        (self.tests / "test_it.py").write_text(code)
        return self

    def has_floor(self, tests: int) -> "Project":
        (self.root / "tests").mkdir()
        (self.root / "tests" / "floors.toml").write_text(f"[floors.unit]\norder_service = {tests}\n")
        return self

    def run(self, *arguments: str) -> int:
        return runner.main(["unit", "--quick", *arguments], root=self.root)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("RUN_DIR", str(tmp_path / ".run"))
    return Project(tmp_path)


class TestGreen:
    def test_a_green_run_ends_with_a_line_per_suite_and_the_total(
        self, project: Project, capfd: pytest.CaptureFixture[str]
    ):
        project.has_test(A_TEST_THAT_PASSES).has_floor(1)

        assert project.run() == 0

        lines = capfd.readouterr().out.splitlines()
        assert lines[-1] == "1 passed, 0 failed"
        assert lines[-4].split()[:4] == ["unit", "order_service", "1", "tests"]
        assert lines[-4].endswith("green")


class TestRed:
    def test_a_failed_test_is_red_and_its_output_is_shown(self, project: Project, capfd: pytest.CaptureFixture[str]):
        project.has_test("def test_one():\n    print('a word from the test')\n    assert 1 == 2\n").has_floor(0)

        assert project.run() == 1

        said = capfd.readouterr().out
        assert "a word from the test" in said
        assert said.splitlines()[-1] == "0 passed, 1 failed"

    def test_a_suite_without_tests_is_red(self, project: Project):
        project.has_test("A_MODULE = 'without a test'\n").has_floor(0)

        assert project.run() == 1

    def test_fewer_tests_than_the_floor_are_red(self, project: Project, capfd: pytest.CaptureFixture[str]):
        project.has_test(A_TEST_THAT_PASSES).has_floor(2)

        assert project.run() == 1
        assert "only 1 tests ran, the minimum is 2" in capfd.readouterr().out

    def test_a_skipped_test_without_a_declared_reason_is_red(self, project: Project):
        project.has_test(
            A_TEST_THAT_PASSES + "import pytest\n@pytest.mark.skip(reason='later')\ndef test_two(): pass\n"
        ).has_floor(1)

        assert project.run() == 1

    @pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os._exit(0)"])
    def test_a_pytest_that_ends_without_a_report_is_red(
        self, project: Project, end: str, capfd: pytest.CaptureFixture[str]
    ):
        """Even with exit code 0, and with the report of the run before."""
        project.has_test(A_TEST_THAT_PASSES).has_floor(1)
        assert project.run() == 0

        project.has_test(f"import os\ndef test_one(): {end}\n")

        assert project.run() == 1
        assert "wrote no report" in capfd.readouterr().out

    def test_a_choice_that_matches_no_test_is_red(self, project: Project, capfd: pytest.CaptureFixture[str]):
        project.has_test(A_TEST_THAT_PASSES).has_floor(1)

        assert project.run("--", "-k", "no_such_test") == 1
        said = capfd.readouterr().out
        assert "no test chosen" in said
        assert "RED: no test ran" in said
        assert "green" not in said

    def test_an_unknown_layer_is_an_error_that_lists_the_layers(
        self, project: Project, capsys: pytest.CaptureFixture[str]
    ):
        project.has_test(A_TEST_THAT_PASSES)

        assert project.run("foo") == 2
        assert "There is no layer 'foo'. The layers: unit." in capsys.readouterr().err


class TestAlone:
    def test_a_suite_that_puts_load_on_the_shop_waits_for_all_others(self, project: Project):
        """Although it has more tests, and the suite with the most tests starts first."""
        ended = f"import pathlib\nENDED = pathlib.Path({str(project.root)!r}) / 'unit-has-ended'\n"
        project.has_test(f"{ended}def test_one(): ENDED.touch()\n").has_floor(1)
        load = project.root / "tests" / "load"
        load.mkdir()
        (load / "test_it.py").write_text(f"{ended}def test_one(): assert ENDED.exists()\ndef test_two(): pass\n")
        with (project.root / "tests" / "floors.toml").open("a") as floors:
            floors.write("[floors.load]\nshop = 2\n")

        assert project.run("load", "--jobs", "1") == 0


class TestRecordFloors:
    def test_the_numbers_of_tests_are_the_minimum_of_the_next_run(self, project: Project):
        project.has_test(A_TEST_THAT_PASSES + "def test_two(): pass\n")
        (project.root / "tests").mkdir()

        assert project.run("--record-floors") == 0
        assert project.run() == 0

        project.has_test(A_TEST_THAT_PASSES)
        assert project.run() == 1

    def test_a_run_with_failures_records_nothing(self, project: Project):
        project.has_test("def test_one(): assert False\n")

        assert project.run("--record-floors") == 1
        assert not (project.root / "tests" / "floors.toml").exists()
