import os
import time

from servicekit.base.liveness import Liveness


class TestLiveness:
    def test_is_fine_while_the_loop_goes_round(self, tmp_path):
        alive = Liveness(tmp_path, "shelf", "relay")

        alive.touch()

        assert alive.trouble() == ""

    def test_knows_a_process_that_never_started(self, tmp_path):
        assert "has not started" in Liveness(tmp_path, "shelf", "relay").trouble()

    def test_knows_a_process_that_hangs(self, tmp_path):
        alive = Liveness(tmp_path, "shelf", "relay")
        alive.touch()
        a_minute_ago = time.time() - 60
        os.utime(alive.file, (a_minute_ago, a_minute_ago))

        assert "60 s old" in alive.trouble()

    def test_writes_seldom(self, tmp_path):
        alive = Liveness(tmp_path, "shelf", "relay")
        alive.touch()
        alive.file.unlink()

        alive.touch()

        assert not alive.file.exists()
