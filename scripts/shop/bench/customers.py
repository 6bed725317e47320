"""What customers ask of order_service, for as long as somebody measures."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scripts.shop.bench.fill import ORDERS_OF_A_CUSTOMER, PRODUCTS
from scripts.shop.bench.traffic import request
from servicekit.testing import TokenMint

MOST = 50
"""So few that each is known to the service after a moment, in its caches too."""
ORDERS_READ = 1_000
LINES = 2
ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "OR", "zip_code": "97477", "country": "US"}


@dataclass(frozen=True)
class Operation:
    name: str
    requests: Callable[[], Iterator[bytes]]
    """Without end; each request is made once, ahead of its time."""
    status: int = 200


class Customers:
    """Some of the customers of a database that `fill` filled with so many orders."""

    def __init__(self, mint: TokenMint, *, orders: int):
        self._chance = random.Random(0)  # noqa: S311 - the same traffic in every run
        self._all = orders // ORDERS_OF_A_CUSTOMER
        ids = self._chance.sample(range(1, self._all + 1), min(self._all, MOST))
        # The bare view knows no tokens; it is told who asks.
        self._headers = {id_: {"Authorization": f"Bearer {mint.customer(id_)}", "X-Caller": str(id_)} for id_ in ids}

    @property
    def operations(self) -> list[Operation]:
        return [
            Operation("placing an order", self._place, status=201),
            Operation("reading an order", self._read),
            Operation("a page of products", self._browse),
        ]

    @property
    def own_orders(self) -> Operation:
        return Operation("a page of one's orders", self._look_back)

    def _place(self) -> Iterator[bytes]:
        return itertools.cycle(
            [
                request("POST", "/api/orders/", headers=headers, body=self._wish(customer))
                for customer, headers in self._headers.items()
            ]
        )

    def _read(self) -> Iterator[bytes]:
        # As `fill` deals them out: order n to customer 1 + (n - 1) % customers.
        theirs = [
            (headers, customer + nth * self._all)
            for customer, headers in self._headers.items()
            for nth in range(ORDERS_OF_A_CUSTOMER)
        ]
        chosen = self._chance.sample(theirs, min(len(theirs), ORDERS_READ))
        return itertools.cycle(
            [request("GET", f"/api/orders/{number}/", headers=headers) for headers, number in chosen]
        )

    def _browse(self) -> Iterator[bytes]:
        return itertools.repeat(request("GET", "/api/products/"))

    def _look_back(self) -> Iterator[bytes]:
        return itertools.cycle([request("GET", "/api/orders/", headers=headers) for headers in self._headers.values()])

    def _wish(self, customer: int) -> object:
        products = self._chance.sample(range(1, PRODUCTS + 1), LINES)
        items = [{"product_id": product, "quantity": 1} for product in products]
        return {"user_id": customer, "items": items, "shipping_address": ADDRESS}
