"""scripts/chaos.sh, interrupted in the middle of an experiment."""

import signal
import subprocess
import sys

import psutil
import pytest

from scripts.shop.project import ROOT
from servicekit.testing import eventually


@pytest.fixture
def chaos(tmp_path):
    """A run of one experiment, with a folder for temporary files of its own; what it says is in `chaos.log`."""
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos", "kill-worker", "--short"],
            cwd=ROOT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": str(tmp_path)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    process.log = log
    yield process
    process.kill()
    process.wait()


class TestAnInterruptedRun:
    def test_ends_every_process_and_leaves_no_folder(self, chaos, tmp_path):
        eventually(lambda: "was killed by SIGKILL" in chaos.log.read_text(), within=90)
        children = psutil.Process(chaos.pid).children(recursive=True)
        assert len(children) > 10

        chaos.send_signal(signal.SIGINT)

        assert chaos.wait(timeout=60) == 1
        assert "RED: 1 of 1 experiments did not run to their end." in chaos.log.read_text()
        assert [child for child in children if child.is_running()] == []
        assert list(tmp_path.iterdir()) == [chaos.log]
