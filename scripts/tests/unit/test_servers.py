from contextlib import contextmanager
from pathlib import Path

from scripts.shop.servers import for_suites
from scripts.shop.suites import Suite
from tests.support.addresses import EXAMPLES, Servers

HERE = Path()


class FakeStart:
    """Records which servers were started and ended."""

    def __init__(self):
        self.events = []

    @contextmanager
    def __call__(self, kind, *, say):
        self.events.append(kind)
        yield Servers(**EXAMPLES)
        self.events.append("ended")


class TestServersForSuites:
    def test_servers_are_started_once_for_all_suites_and_ended(self):
        start = FakeStart()
        suites = [Suite("integration", "order_service", HERE), Suite("integration", "user_service", HERE)]

        with for_suites(suites, "native", start=start) as environment:
            assert environment == Servers(**EXAMPLES).for_tests("native")
            assert start.events == ["native"]

        assert start.events == ["native", "ended"]

    def test_suites_that_need_no_servers_start_none(self):
        start = FakeStart()

        with for_suites([Suite("unit", "order_service", HERE)], "auto", start=start) as environment:
            assert environment == {}

        assert start.events == []
