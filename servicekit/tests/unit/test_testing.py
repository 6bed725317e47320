import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from celery import Celery

from servicekit.testing import FakeClock, eventually
from servicekit.testing.messages import deliver


class TestEventually:
    def test_gives_the_first_true_value(self):
        answers = iter([None, 0, "", "here"])

        assert eventually(lambda: next(answers), every=0) == "here"

    def test_gives_the_last_value_in_its_error(self):
        with pytest.raises(AssertionError, match=r"still \[\] after 0.01 s"):
            eventually(list, within=0.01, every=0.001)

    def test_calls_the_probe_once_more_at_the_deadline(self):
        """Also when the probe took longer than the time that was left."""
        answers = iter([False, "late"])

        assert eventually(lambda: next(answers), within=0.001, every=0) == "late"


def test_fake_clock_moves_only_when_told():
    clock = FakeClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    clock.advance(minutes=5, seconds=1)

    assert clock() == datetime(2026, 3, 2, 12, 5, 1, tzinfo=UTC)


class TestDeliver:
    def test_waits_until_another_thread_has_found_the_tasks(self, monkeypatch):
        app, looking, found = Celery("library", set_as_default=False), threading.Event(), threading.Event()

        def hear(message):
            return message["id"]

        def find_tasks(*_):
            looking.set()
            found.wait(5)
            app.task(hear, name="book.found")

        monkeypatch.setattr("celery.loaders.base.find_related_module", find_tasks)
        app.autodiscover_tasks(["library"])
        with ThreadPoolExecutor(2) as threads:
            first = threads.submit(deliver, app, {"id": 1, "type": "book.found"})
            assert looking.wait(5)
            second = threads.submit(deliver, app, {"id": 2, "type": "book.found"})
            with pytest.raises(TimeoutError):
                second.result(timeout=0.05)
            found.set()

        assert (first.result(), second.result()) == (1, 2)
