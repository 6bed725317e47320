from pathlib import Path

import pytest

from scripts.shop.load.slo import Slo, broken_by_notifications, broken_by_routes
from scripts.tests.unit.load.made_up import ROUTE, SLO, samples


class TestRoutes:
    def test_a_route_that_keeps_its_promise_is_not_named(self):
        assert broken_by_routes(SLO, samples(seconds=60), seconds=60) == []

    def test_a_run_without_requests_breaks_the_promise_of_every_route(self):
        assert broken_by_routes(SLO, [], seconds=60) == [f"{ROUTE}: 0 requests, at least 60 are required"]

    def test_too_few_requests_are_named_however_fast_they_were(self):
        few = samples(seconds=60, rate=0.5)

        assert broken_by_routes(SLO, few, seconds=60) == [f"{ROUTE}: 30 requests, at least 60 are required"]

    def test_the_shortest_run_needs_a_request(self):
        assert broken_by_routes(SLO, [], seconds=0) == [f"{ROUTE}: 0 requests, at least 1 are required"]

    def test_every_percentile_that_is_exceeded_is_named(self):
        slow = samples(seconds=60, milliseconds=150)

        assert broken_by_routes(SLO, slow, seconds=60) == [
            f"{ROUTE}: p50 150 ms, allowed 50 ms",
            f"{ROUTE}: p95 150 ms, allowed 100 ms",
        ]

    def test_a_few_slow_answers_break_only_the_highest_percentile(self):
        mixed = samples(seconds=97) + samples(seconds=3, milliseconds=500)

        assert broken_by_routes(SLO, mixed, seconds=100) == [f"{ROUTE}: p99 500 ms, allowed 200 ms"]

    def test_too_many_errors_are_named_with_the_most_frequent(self):
        wrong = samples(seconds=98) + samples(seconds=2, error="StepFailed: answered 503")

        assert broken_by_routes(SLO, wrong, seconds=100) == [
            f"{ROUTE}: 2.0% errors, allowed 1.0%; the most frequent: StepFailed: answered 503"
        ]

    def test_a_route_without_a_promise_is_named(self):
        strange = samples(seconds=60) + samples(seconds=1, route="GET /api/new/")

        assert broken_by_routes(SLO, strange, seconds=60) == ["GET /api/new/: not in slo.toml"]


class TestNotifications:
    def test_notifications_that_come_in_time_break_nothing(self):
        assert broken_by_notifications(SLO, [0.1] * 6, seconds=60) == []

    def test_a_probe_that_could_not_pay_is_named(self):
        assert broken_by_notifications(SLO, [], seconds=60) == [
            "payment to notification: tried 0 times, at least 6 are required"
        ]

    def test_a_notification_that_never_came_is_named(self):
        """It counts although those that came are fast."""
        assert broken_by_notifications(SLO, [0.1] * 9 + [None], seconds=60) == [
            "payment to notification: 1 of 10 notifications did not come in time"
        ]

    def test_slow_notifications_are_named(self):
        assert broken_by_notifications(SLO, [1.5] * 6, seconds=60) == [
            "payment to notification: p50 1.50 s, allowed 1 s"
        ]


class TestFile:
    def test_the_file_of_the_project_can_be_read(self):
        assert "POST /api/orders/" in Slo.read().routes

    def test_a_file_without_a_number_is_refused_with_its_name(self, tmp_path: Path):
        file = tmp_path / "slo.toml"
        file.write_text('[limits]\n[routes]\n"GET /" = { p50 = 1, p95 = 1, p99 = 1, errors = 0 }')

        with pytest.raises(TypeError, match="requests"):
            Slo.read(file)
