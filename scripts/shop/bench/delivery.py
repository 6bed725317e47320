"""The time from the commit of an event to the handler of another service."""

import statistics
import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import psycopg

from scripts.shop.bench import Measurement
from scripts.shop.bench.bare.publisher import Publisher
from scripts.shop.bench.neighbours import user_service
from scripts.shop.bench.servers import bench_servers, run
from scripts.shop.progress import say

EVENTS = 1_500
RATE = 50  # a second
WARM_UP = 100
GOAL_MEDIAN, GOAL_99TH = 30.0, 150.0  # milliseconds
TIMEOUT_SECONDS = 30.0

RECORDED = "SELECT message_id, created_at FROM order_service_outboxmessage ORDER BY id"
HANDLED = "SELECT message_id, received_at FROM notification_service_inboxmessage"


def measure() -> Iterator[Measurement]:
    with user_service() as users, bench_servers() as servers, Publisher(servers.broker.url) as publisher:
        orders = servers.environment("order_service", USER_SERVICE_URL=users.url)
        notifications = servers.environment("notification_service", USER_SERVICE_URL=users.url)
        servers.start("notification_service", "worker", environment=notifications)
        servers.wait_for_queue("notification_service.events")
        servers.start("order_service", "relay", environment=orders)
        run("scripts.shop.bench.announcer", str(EVENTS), str(RATE), environment=orders)
        seconds = _delivery_times(orders["DATABASE_URL"], notifications["DATABASE_URL"])[WARM_UP:]

        example = publisher.take_one()
        round_trips = [publisher.publish(example, 1) for _ in range(EVENTS // 5)]

    for name, measured in (("a bare confirmed publish", round_trips), ("commit to handler", seconds)):
        say(f"  {name}: median {1000 * statistics.median(measured):.1f} ms, 99th percentile {_99th(measured):.1f} ms")
    yield Measurement("commit to handler, median", 1000 * statistics.median(seconds), "ms", GOAL_MEDIAN)
    yield Measurement("commit to handler, 99th percentile", _99th(seconds), "ms", GOAL_99TH)


def _delivery_times(outbox: str, inbox: str) -> list[float]:
    """
    The seconds of each event, in the order of their commits.

    The clock starts when the row is made, so the commit is included; it stops when the handler's transaction begins.
    """
    with psycopg.connect(outbox) as connection:
        recorded = connection.execute(RECORDED).fetchall()
    if len(recorded) != EVENTS:
        raise SystemExit(f"{len(recorded)} events were recorded, not {EVENTS}")
    handled = _all_handled(inbox)
    return [(handled[message_id] - moment).total_seconds() for message_id, moment in recorded]


def _all_handled(inbox: str) -> dict[UUID, datetime]:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    with psycopg.connect(inbox, autocommit=True) as connection:
        while True:
            handled: dict[UUID, datetime] = dict(connection.execute(HANDLED).fetchall())
            if len(handled) >= EVENTS:
                return handled
            if time.monotonic() > deadline:
                raise SystemExit(f"only {len(handled)} of {EVENTS} events reached their handler")
            time.sleep(0.1)


def _99th(seconds: list[float]) -> float:
    """In milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=100)[98]
