"""Response times of order_service with few and with many orders: two servers, each with its own database."""

import statistics
import time
from collections.abc import Iterator

from scripts.shop.bench import Measurement
from scripts.shop.bench.customers import Customers
from scripts.shop.bench.fill import fill
from scripts.shop.bench.neighbours import UserService, user_service
from scripts.shop.bench.rounds import in_turn
from scripts.shop.bench.servers import UNLIMITED, BenchServers, Web, bench_servers
from scripts.shop.bench.traffic import Operation, Sample, send
from scripts.shop.progress import say

FEW, MANY = 1_000, 1_000_000
ROUNDS = 9
SECONDS = 0.7
GOAL = 1.2


def measure() -> Iterator[Measurement]:
    with user_service() as users, bench_servers() as servers:
        few, many = (_order_service(servers, users, orders=orders) for orders in (FEW, MANY))
        for small, large in zip(_operations(users, orders=FEW), _operations(users, orders=MANY), strict=True):
            yield _compare(small, few, large, many)


def _order_service(servers: BenchServers, users: UserService, *, orders: int) -> Web:
    environment = servers.environment(
        "order_service", database=f"orders_{orders}", USER_SERVICE_URL=users.url, **UNLIMITED
    )
    started = time.monotonic()
    fill(environment["DATABASE_URL"], orders=orders)
    say(f"  {orders:,} orders with their lines and events, made in {time.monotonic() - started:.0f} s")
    return servers.serve("order_service", "serve", environment=environment)


def _operations(users: UserService, *, orders: int) -> list[Operation]:
    customers = Customers(users.mint, orders=orders)
    return [*customers.operations, customers.own_orders]


def _compare(small: Operation, few: Web, large: Operation, many: Web) -> Measurement:
    def with_few() -> Sample:
        return send(small, few.url, seconds=SECONDS, connections=1)

    def with_many() -> Sample:
        return send(large, many.url, seconds=SECONDS, connections=1)

    pairs = in_turn(with_few, with_many, rounds=ROUNDS)
    for orders, samples in zip((FEW, MANY), zip(*pairs, strict=True), strict=True):
        median = statistics.median(sample.median for sample in samples)
        say(f"  {small.name}, {orders:,} orders: {1000 * median:.2f} ms")
    ratio = statistics.median(after.median / before.median for before, after in pairs)
    return Measurement(f"{small.name}, {MANY:,} / {FEW:,} orders", ratio, "times", GOAL)
