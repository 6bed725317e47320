"""Whether the shop stays as fast when its tables grow: two databases, one of them a thousand times as large."""

import statistics
import time
from collections.abc import Iterator

from scripts.shop.bench import Measurement
from scripts.shop.bench.customers import Customers, Operation
from scripts.shop.bench.fill import fill
from scripts.shop.bench.neighbours import UserService, user_service
from scripts.shop.bench.rounds import in_turn
from scripts.shop.bench.stage import NO_LIMIT, Stage, Web, stage
from scripts.shop.bench.traffic import Sample, keep_busy
from scripts.shop.progress import say

FEW, MANY = 1_000, 1_000_000
ROUNDS = 9
SECONDS = 0.7
GOAL = 1.2


def measure() -> Iterator[Measurement]:
    with user_service() as users, stage() as ready:
        few, many = (_shop(ready, users, orders=orders) for orders in (FEW, MANY))
        for small, large in zip(_operations(users, orders=FEW), _operations(users, orders=MANY), strict=True):
            yield _compare(small, few, large, many)


def _shop(ready: Stage, users: UserService, *, orders: int) -> Web:
    room = ready.room("order_service", called=f"orders_{orders}", USER_SERVICE_URL=users.url, THROTTLE_ORDERS=NO_LIMIT)
    started = time.monotonic()
    fill(room["DATABASE_URL"], orders=orders)
    say(f"  {orders:,} orders with their lines and events, made in {time.monotonic() - started:.0f} s")
    return ready.serve("order_service", room)


def _operations(users: UserService, *, orders: int) -> list[Operation]:
    customers = Customers(users.mint, orders=orders)
    return [*customers.operations, customers.own_orders]


def _compare(small: Operation, few: Web, large: Operation, many: Web) -> Measurement:
    of_few, of_many = small.requests(), large.requests()

    def with_few() -> Sample:
        return keep_busy(few.url, of_few, expected=small.status, seconds=SECONDS, connections=1)

    def with_many() -> Sample:
        return keep_busy(many.url, of_many, expected=large.status, seconds=SECONDS, connections=1)

    pairs = in_turn(with_few, with_many, rounds=ROUNDS)
    for orders, samples in zip((FEW, MANY), zip(*pairs, strict=True), strict=True):
        median = statistics.median(sample.median for sample in samples)
        say(f"  {small.name}, {orders:,} orders: {1000 * median:.2f} ms")
    ratio = statistics.median(after.median / before.median for before, after in pairs)
    return Measurement(f"{small.name}, {MANY:,} / {FEW:,} orders", ratio, "times", GOAL)
