import pytest

from scripts.shop.load.gauges import Gauge, Values, Watch, watching
from servicekit.testing import eventually


class TestWatching:
    def test_reads_again_and_again(self):
        with watching([Gauge(lambda: {"cpu": {"worker": 5.0}}, every_seconds=0.01)]) as watch:
            eventually(lambda: len(watch.series["cpu"].get("worker", [])) > 2, within=5)

        assert {value for _, value in watch.series["cpu"]["worker"]} == {5.0}

    def test_a_gauge_that_cannot_be_read_ends_the_run(self):
        """Otherwise nothing would be watched, and nothing could grow."""

        def broken() -> Values:
            raise ConnectionError("the database is gone")

        with pytest.raises(ConnectionError), watching([Gauge(broken)]) as watch:
            eventually(watch.check, within=5)

    def test_a_shop_without_gauges_shows_nothing(self):
        with watching([]) as watch:
            watch.check()

        assert watch.waiting() == []


class TestWaiting:
    def test_is_the_sum_of_outboxes_and_queues(self):
        watch = Watch()
        watch.add(1.0, {"waiting": {"order_service outbox": 2.0, "order_service.events": 3.0}})
        watch.add(2.0, {"waiting": {"order_service outbox": 0.0, "order_service.events": 1.0}})

        assert watch.waiting() == [(1.0, 5.0), (2.0, 1.0)]
