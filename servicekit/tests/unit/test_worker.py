import logging
from types import SimpleNamespace

import pytest
from celery import Celery

from servicekit.base.liveness import Liveness
from servicekit.messages import worker


class FakeApp:
    """Takes note of what it is asked to run."""

    main = "shelf"

    def __init__(self, exitcode=None):
        self.exitcode = exitcode
        self.worked, self.beaten = [], []

    def Worker(self, **how):  # noqa: N802 - Celery's name
        return SimpleNamespace(start=lambda: self.worked.append(how), exitcode=self.exitcode)

    def Beat(self, **how):  # noqa: N802 - Celery's name
        return SimpleNamespace(run=lambda: self.beaten.append(how))


@pytest.fixture(autouse=True)
def _alone(settings, tmp_path, monkeypatch):
    settings.RUN_DIR = tmp_path
    monkeypatch.setattr(worker.signals.setup_logging, "connect", lambda _receiver: None)
    monkeypatch.setattr(worker.warnings, "simplefilter", lambda *_: None)
    monkeypatch.setenv("CELERY_SKIP_CHECKS", "1")


class TestRun:
    def test_works_on_threads(self):
        app = FakeApp()

        assert worker.run(app, concurrency=3, beat=False) == 0

        [how] = app.worked
        assert (how["pool"], how["concurrency"]) == ("threads", 3)
        assert how["hostname"].startswith("shelf@")

    def test_gives_the_exit_code(self):
        assert worker.run(FakeApp(exitcode=70), concurrency=1, beat=False) == 70

    def test_sends_periodic_tasks_while_it_works(self, monkeypatch, tmp_path):
        happened = []

        class FakeService:
            def __init__(self, _app, *, thread, scheduler_cls, schedule_filename):
                happened.append((thread, scheduler_cls, schedule_filename))

            def start(self):
                happened.append("started")

            def stop(self):
                happened.append("stopped")

        monkeypatch.setattr(worker, "EmbeddedService", FakeService)

        worker.run(FakeApp(), concurrency=1, beat=True)

        assert happened == [(True, worker.Scheduler, str(tmp_path / "shelf" / "beat-schedule")), "started", "stopped"]


class TestRunBeat:
    def test_remembers_its_schedule_in_the_run_folder(self, tmp_path):
        app = FakeApp()

        assert worker.run_beat(app) == 0

        [how] = app.beaten
        assert how["schedule"] == str(tmp_path / "shelf" / "beat-schedule")


class TestScheduler:
    def test_shows_that_it_is_alive(self, tmp_path):
        app = Celery("shelf", broker="memory://")
        scheduler = worker.Scheduler(app, schedule_filename=str(tmp_path / "schedule"))
        assert Liveness(tmp_path, "shelf", "beat").trouble() != ""

        scheduler.tick()

        assert Liveness(tmp_path, "shelf", "beat").trouble() == ""
        scheduler.close()


class TestLogging:
    def test_is_left_to_django_with_one_line_a_task(self):
        before = logging.getLogger("celery.worker.strategy").level
        try:
            worker._leave_logging_to_django()

            assert not logging.getLogger("celery.worker.strategy").isEnabledFor(logging.INFO)
        finally:
            logging.getLogger("celery.worker.strategy").setLevel(before)
