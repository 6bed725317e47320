"""The rate at which the relay publishes an outbox, beside a bare publisher of the same messages on the same broker."""

import statistics
import time
from collections.abc import Iterator

import psycopg

from scripts.shop.bench import Measurement
from scripts.shop.bench.bare.publisher import Publisher
from scripts.shop.bench.rounds import in_turn
from scripts.shop.bench.servers import bench_servers
from scripts.shop.progress import say

MESSAGES = 5_000
ROUNDS = 7
GOAL_RATIO = 0.5
GOAL_RATE = 2_000
TIMEOUT_SECONDS = 30.0

ANNOUNCE = """
INSERT INTO order_service_outboxmessage (message_id, kind, name, body, request_id, created_at)
SELECT gen_random_uuid(), 'event', 'order.placed', %(body)s, 'bench', now() FROM generate_series(1, %(messages)s)
"""
# As long as the event of an order of two products.
BODY = '[[{"specversion": "1.0", "type": "order.placed", "data": {"text": "%s"}}], {}, {}]' % ("x" * 600)


def measure() -> Iterator[Measurement]:
    with bench_servers() as servers:
        environment = servers.environment("order_service")
        with (
            Publisher(servers.broker.url) as publisher,
            psycopg.connect(environment["DATABASE_URL"], autocommit=True) as outbox,
        ):
            servers.start("order_service", "relay", environment=environment)
            _relay(outbox, publisher, 1)  # wait until it runs
            example = publisher.take_one()
            pairs = in_turn(
                lambda: _relay(outbox, publisher, MESSAGES),
                lambda: publisher.publish(example, MESSAGES),
                rounds=ROUNDS,
            )

    ours, bare = ([MESSAGES / seconds for seconds in column] for column in zip(*pairs, strict=True))
    say(f"  bare publisher: {statistics.median(bare):,.0f} messages a second, relay: {statistics.median(ours):,.0f}")
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    yield Measurement("relay / bare publisher", ratio, "times", GOAL_RATIO, at_least=True)
    yield Measurement("relay, messages a second", statistics.median(ours), "/s", GOAL_RATE, at_least=True)


def _relay(outbox: psycopg.Connection, publisher: Publisher, messages: int) -> float:
    """Seconds from the commit of so many rows until the last of them is marked as published."""
    publisher.forget_all()
    with outbox.transaction():
        outbox.execute(ANNOUNCE, {"body": BODY, "messages": messages})
        outbox.execute("NOTIFY outbox")
    started = time.perf_counter()
    while _has_unpublished(outbox):
        if time.perf_counter() - started > TIMEOUT_SECONDS:
            raise SystemExit(f"the relay did not publish {messages} messages within {TIMEOUT_SECONDS:.0f} s")
        time.sleep(0.01)
    seconds = time.perf_counter() - started
    if (arrived := publisher.waiting()) != messages:
        raise SystemExit(f"of {messages} messages that the relay marked as published, {arrived} arrived")
    return seconds


def _has_unpublished(outbox: psycopg.Connection) -> bool:
    row = outbox.execute(
        "SELECT EXISTS (SELECT FROM order_service_outboxmessage WHERE published_at IS NULL)"
    ).fetchone()
    return bool(row and row[0])
