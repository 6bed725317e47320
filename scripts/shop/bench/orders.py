"""What our layers cost: the service beside bare Django views that run the same statements."""

import itertools
import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scripts.shop.bench import Measurement
from scripts.shop.bench.fill import ORDERS_OF_A_CUSTOMER, PRODUCTS, fill
from scripts.shop.bench.neighbours import UserService, user_service
from scripts.shop.bench.stage import Web, stage
from scripts.shop.bench.traffic import keep_busy, request
from scripts.shop.progress import say

ROUNDS = 9
SECONDS = 0.8
CONNECTIONS = 4
CUSTOMERS = 400  # so many that none meets the limit on orders
GOAL = 0.6
ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "OR", "zip_code": "97477", "country": "US"}


@dataclass(frozen=True)
class Operation:
    name: str
    requests: Callable[[], Iterator[bytes]]
    status: int = 200


class Customers:
    """What customers ask, one after the other in turn; each request is made once, ahead of its time."""

    def __init__(self, users: UserService, *, count: int = CUSTOMERS):
        self._chance = random.Random(0)  # noqa: S311 - the same traffic in every run
        self._headers = {
            user: {"Authorization": f"Bearer {users.mint.customer(user)}", "X-Caller": str(user)}
            for user in range(1, count + 1)
        }
        self._count = count

    def place(self) -> Iterator[bytes]:
        return itertools.cycle(
            [
                request("POST", "/api/orders/", headers=headers, body=self._order(user))
                for user, headers in self._headers.items()
            ]
        )

    def read(self) -> Iterator[bytes]:
        # fill() gives order n to customer 1 + (n - 1) % customers
        return itertools.cycle(
            [
                request("GET", f"/api/orders/{number}/", headers=self._headers[1 + (number - 1) % self._count])
                for number in self._chance.sample(range(1, self._count * ORDERS_OF_A_CUSTOMER), 1_000)
            ]
        )

    def browse(self) -> Iterator[bytes]:
        return itertools.repeat(request("GET", "/api/products/"))

    def _order(self, user: int) -> object:
        items = [{"product_id": one, "quantity": 1} for one in self._chance.sample(range(1, PRODUCTS + 1), 2)]
        return {"user_id": user, "items": items, "shipping_address": ADDRESS}

    @property
    def operations(self) -> list[Operation]:
        return [
            Operation("placing an order", self.place, status=201),
            Operation("reading an order", self.read),
            Operation("a page of products", self.browse),
        ]


def measure() -> Iterator[Measurement]:
    with user_service() as users, stage() as ready:
        customers = Customers(users)
        room = ready.room(
            "order_service", USER_SERVICE_URL=users.url, CUSTOMER_TOKEN=users.mint.customer(1), PYTHONPATH="."
        )
        fill(room["DATABASE_URL"], orders=CUSTOMERS * ORDERS_OF_A_CUSTOMER)
        ours = ready.serve("order_service", room)
        bare = ready.serve("scripts.shop.bench.bare", room)
        for operation in customers.operations:
            yield _compare(operation, ours, bare)


def _compare(operation: Operation, ours: Web, bare: Web) -> Measurement:
    rates: dict[Web, list[float]] = {bare: [], ours: []}
    work: dict[Web, list[float]] = {bare: [], ours: []}
    requests = {web: operation.requests() for web in rates}
    for number in range(-1, ROUNDS):
        # In turn, and each first every other time: the machine has other things to do, too.
        for web in (bare, ours) if number % 2 else (ours, bare):
            worked = web.cpu_seconds()
            sample = keep_busy(
                web.url, requests[web], expected=operation.status, seconds=SECONDS, connections=CONNECTIONS
            )
            if number >= 0:  # the one before is to get warm
                rates[web].append(sample.rate)
                work[web].append(1000 * (web.cpu_seconds() - worked) / len(sample.latencies))
    for web, name in ((bare, "bare"), (ours, "ours")):
        say(
            f"  {operation.name}, {name}: {statistics.median(rates[web]):.0f} a second, "
            f"{statistics.median(work[web]):.2f} ms of work each"
        )
    ratio = statistics.median(mine / theirs for mine, theirs in zip(rates[ours], rates[bare], strict=True))
    say(f"  {operation.name}: work ratio {statistics.median(work[bare]) / statistics.median(work[ours]):.2f}")
    return Measurement(f"{operation.name} / bare view", ratio, "times", GOAL, at_least=True)
