from contextlib import contextmanager
from pathlib import Path

from scripts.shop.servers import for_suites
from scripts.shop.suites import Suite
from tests.support.addresses import EXAMPLES, Servers

HERE = Path()


class FakeStart:
    """Has servers at once; remembers what was asked for and whether they ended."""

    def __init__(self):
        self.events = []

    @contextmanager
    def __call__(self, kind, *, say):
        self.events.append(kind)
        yield Servers(**EXAMPLES)
        self.events.append("ended")


class TestServersForSuites:
    def test_are_started_once_and_ended(self):
        start = FakeStart()
        suites = [Suite("integration", "order_service", HERE), Suite("integration", "user_service", HERE)]

        with for_suites(suites, "native", start=start) as environment:
            assert environment == Servers(**EXAMPLES).for_tests("native")
            assert start.events == ["native"]

        assert start.events == ["native", "ended"]

    def test_are_none_where_nobody_needs_them(self):
        start = FakeStart()

        with for_suites([Suite("unit", "order_service", HERE)], "auto", start=start) as environment:
            assert environment == {}

        assert start.events == []
