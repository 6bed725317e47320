"""What our layers cost: the service beside bare Django views that run the same statements."""

import statistics
from collections.abc import Iterator

from scripts.shop.bench import Measurement
from scripts.shop.bench.customers import Customers, Operation
from scripts.shop.bench.fill import fill
from scripts.shop.bench.neighbours import user_service
from scripts.shop.bench.rounds import in_turn
from scripts.shop.bench.stage import NO_LIMIT, Web, stage
from scripts.shop.bench.traffic import Sample, keep_busy
from scripts.shop.progress import say

ORDERS = 20_000
ROUNDS = 11
SECONDS = 0.8
CONNECTIONS = 4
GOAL = 0.6


def measure() -> Iterator[Measurement]:
    with user_service() as users, stage() as ready:
        room = ready.room(
            "order_service",
            USER_SERVICE_URL=users.url,
            CUSTOMER_TOKEN=users.mint.customer(1),
            THROTTLE_ORDERS=NO_LIMIT,
        )
        fill(room["DATABASE_URL"], orders=ORDERS)
        ours = ready.serve("order_service", room)
        bare = ready.serve("scripts.shop.bench.bare", room)
        for operation in Customers(users.mint, orders=ORDERS).operations:
            yield _compare(operation, ours, bare)


def _compare(operation: Operation, ours: Web, bare: Web) -> Measurement:
    requests = {web: operation.requests() for web in (ours, bare)}

    def work(web: Web) -> tuple[Sample, float]:
        before = web.cpu_seconds()
        sample = keep_busy(web.url, requests[web], expected=operation.status, seconds=SECONDS, connections=CONNECTIONS)
        return sample, (web.cpu_seconds() - before) / len(sample.latencies)

    pairs = in_turn(lambda: work(ours), lambda: work(bare), rounds=ROUNDS)
    for name, samples in zip(("ours", "bare"), zip(*pairs, strict=True), strict=True):
        rate = statistics.median(sample.rate for sample, _ in samples)
        cost = statistics.median(seconds for _, seconds in samples)
        say(f"  {operation.name}, {name}: {rate:.0f} a second, {1000 * cost:.2f} ms of the server's work each")
    cheaper = statistics.median(theirs / mine for (_, mine), (_, theirs) in pairs)
    say(f"  {operation.name}: by work alone {cheaper:.2f} times")
    ratio = statistics.median(mine.rate / theirs.rate for (mine, _), (theirs, _) in pairs)
    return Measurement(f"{operation.name} / bare view", ratio, "times", GOAL, at_least=True)
