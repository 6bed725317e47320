"""Suites in forks of one process get the same verdicts as those in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.shop import preloaded
from scripts.shop.project import ROOT

pytestmark = [
    pytest.mark.skipif(not preloaded.AVAILABLE, reason="suites are forked on Linux only"),
    pytest.mark.timeout(30),
]
RUN = """
import pathlib, sys
from scripts.shop import test
sys.exit(test.main(sys.argv[2:], root=pathlib.Path(sys.argv[1])))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUN_DIR", str(tmp_path / ".run"))
    for owner in ("user_service", "order_service"):
        (tmp_path / owner / "tests" / "unit").mkdir(parents=True)
        (tmp_path / owner / "tests" / "unit" / "test_it.py").write_text("def test_one(): pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --disable-plugin-autoload\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "floors.toml").write_text("[floors.unit]\nuser_service = 1\norder_service = 1\n")
    return tmp_path


def run(project: Path) -> "subprocess.CompletedProcess[str]":
    command = (sys.executable, "-c", RUN, str(project), "unit", "--quick", "--preload")
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


class TestForkedSuites:
    def test_suites_that_pass_are_green(self, project: Path):
        ended = run(project)

        assert ended.stdout.splitlines()[-1] == "2 passed, 0 failed"
        assert ended.returncode == 0

    @pytest.mark.parametrize(
        ("fault", "complaint"),
        [
            ("assert 1 == 2", "1 failed"),
            ("os.kill(os.getpid(), 9)", "pytest was killed by SIGKILL and wrote no report"),
            ("os._exit(0)", "pytest ended with exit code 0 and wrote no report"),
        ],
    )
    def test_a_suite_that_fails_or_dies_is_red_alone(self, project: Path, fault: str, complaint: str):
        (project / "order_service/tests/unit/test_it.py").write_text(f"import os\ndef test_one(): {fault}\n")

        ended = run(project)

        assert ended.returncode == 1
        [good, bad] = [line for line in ended.stdout.splitlines() if line.startswith("unit  ")]
        assert (good.split()[1], good.split()[-1]) == ("user_service", "green")
        assert bad.split()[1] == "order_service"
        assert bad.endswith(f"RED: {complaint}")

    def test_the_output_of_a_failed_test_is_shown(self, project: Path):
        (project / "order_service/tests/unit/test_it.py").write_text(
            "def test_one():\n    print('a word')\n    assert 0\n"
        )

        assert "a word" in run(project).stdout
