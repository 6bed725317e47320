from celery import Celery

from servicekit.base.liveness import Liveness
from servicekit.messages.worker import Scheduler


class TestScheduler:
    def test_touches_the_file_of_the_healthcheck(self, settings, tmp_path):
        settings.RUN_DIR = tmp_path
        scheduler = Scheduler(Celery("shelf", broker="memory://"), schedule_filename=str(tmp_path / "schedule"))
        assert Liveness("beat").trouble() != ""

        scheduler.tick()

        assert Liveness("beat").trouble() == ""
        scheduler.close()
