import os
import time

import pytest

from servicekit.base.liveness import Liveness


@pytest.fixture(autouse=True)
def _run_dir(settings, tmp_path):
    settings.RUN_DIR = tmp_path


class TestLiveness:
    def test_finds_a_process_that_runs(self):
        alive = Liveness("relay")

        alive.touch()

        assert alive.trouble() == ""

    def test_finds_a_process_that_never_started(self):
        assert "has not started" in Liveness("relay").trouble()

    def test_finds_a_process_that_hangs(self):
        alive = Liveness("relay")
        alive.touch()
        a_minute_ago = time.time() - 60
        os.utime(alive.file, (a_minute_ago, a_minute_ago))

        assert "60 s old" in alive.trouble()

    def test_writes_at_most_every_five_seconds(self):
        alive = Liveness("relay")
        alive.touch()
        alive.file.unlink()

        alive.touch()

        assert not alive.file.exists()
