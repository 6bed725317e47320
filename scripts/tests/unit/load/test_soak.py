from scripts.shop.load.gauges import KINDS
from scripts.shop.load.soak import Series, growing
from scripts.tests.unit.load.made_up import LIMITS

ORDERS = [(float(at), float(2 * at)) for at in range(400)]
SERVICE = "order_service worker"


def line(*, start: float = 100.0, rise: float = 0.0) -> list[tuple[float, float]]:
    return [(float(at), start + rise * at / 399) for at in range(400)]


def watched(**changed: Series) -> dict[str, Series]:
    """A run in which nothing grows, but for what is given."""
    return {kind: {SERVICE: line()} for kind in KINDS} | changed


class TestGrowing:
    def test_a_run_in_which_nothing_grows_has_no_complaint(self):
        assert growing(watched(), ORDERS, LIMITS) == []

    def test_memory_that_grows_is_named_with_its_process(self):
        [complaint] = growing(watched(memory={SERVICE: line(rise=100)}), ORDERS, LIMITS)

        assert complaint == "memory (MB) of order_service worker: grows by 75 in 5.0 minutes (median 163), allowed 16"

    def test_memory_may_grow_by_a_tenth(self):
        assert growing(watched(memory={SERVICE: line(rise=8)}), ORDERS, LIMITS) == []

    def test_growth_at_the_start_alone_is_no_complaint(self):
        """Caches are filled and threads are made."""
        warm = [(at, min(200.0, 100 + 2 * at)) for at, _ in line()]

        assert growing(watched(memory={SERVICE: warm}), ORDERS, LIMITS) == []

    def test_connections_that_are_not_given_back_are_named(self):
        [complaint] = growing(watched(connections={"order_service": line(start=8, rise=40)}), ORDERS, LIMITS)

        assert complaint.startswith("connections of order_service: grows by 30")

    def test_a_queue_that_is_not_worked_off_is_named(self):
        [complaint] = growing(watched(waiting={"order_service.events": line(start=0, rise=100)}), ORDERS, LIMITS)

        assert complaint.startswith("messages waiting of order_service.events: grows by 75")

    def test_a_table_may_grow_with_the_orders(self):
        """800 orders in 400 s, 3 KB each."""
        assert growing(watched(tables={"order": line(start=1, rise=800 * 3 / 1024)}), ORDERS, LIMITS) == []

    def test_a_table_that_grows_by_more_for_each_order_is_named(self):
        [complaint] = growing(watched(tables={"order": line(start=1, rise=800 * 9 / 1024)}), ORDERS, LIMITS)

        assert complaint == "table order: grows by 9.0 KB with each order, allowed 5 KB"

    def test_tables_without_an_order_say_nothing(self):
        [complaint] = growing(watched(), [], LIMITS)

        assert complaint == "table order_service worker: no order was placed, so its growth says nothing"

    def test_a_kind_that_was_not_watched_is_named(self):
        """A shop that is only a URL shows none of this, so it cannot pass."""
        assert growing({kind: {} for kind in KINDS}, ORDERS, LIMITS) == [
            "memory (MB): nothing was watched",
            "connections: nothing was watched",
            "open files: nothing was watched",
            "messages waiting: nothing was watched",
            "tables: nothing was watched",
        ]

    def test_a_process_that_was_seen_only_shortly_is_named(self):
        [complaint] = growing(watched(memory={SERVICE: line()[:8]}), ORDERS, LIMITS)

        assert complaint == "memory (MB) of order_service worker: only 6 measurements, too few for a trend"
