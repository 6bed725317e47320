"""The requests that customers send to order_service."""

import random

from scripts.shop.bench.fill import ORDERS_OF_A_CUSTOMER, PRODUCTS
from scripts.shop.bench.traffic import Operation, request
from servicekit.testing import TokenMint

CUSTOMERS = 50
"""So few that the caches know each of them after a moment."""
ORDERS_READ = 1_000
LINES = 2
ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "OR", "zip_code": "97477", "country": "US"}


class Customers:
    """Some of the customers of a database that `fill` filled with so many orders."""

    def __init__(self, mint: TokenMint, *, orders: int):
        self._random = random.Random(0)  # noqa: S311 - the same traffic in every run
        self._all = orders // ORDERS_OF_A_CUSTOMER
        ids = self._random.sample(range(1, self._all + 1), min(self._all, CUSTOMERS))
        # The bare view verifies no tokens: X-Caller tells it the user.
        self._headers = {id_: {"Authorization": f"Bearer {mint.customer(id_)}", "X-Caller": str(id_)} for id_ in ids}

    @property
    def operations(self) -> list[Operation]:
        return [
            Operation("placing an order", self._place_orders(), status=201),
            Operation("reading an order", self._read_orders()),
            Operation("a page of products", [request("GET", "/api/products/")]),
        ]

    @property
    def own_orders(self) -> Operation:
        requests = [request("GET", "/api/orders/", headers=headers) for headers in self._headers.values()]
        return Operation("a page of one's orders", requests)

    def _place_orders(self) -> list[bytes]:
        return [
            request("POST", "/api/orders/", headers=headers, body=self._order_of(customer))
            for customer, headers in self._headers.items()
        ]

    def _order_of(self, customer: int) -> object:
        # In the order of ids, in which all three servers lock them.
        products = sorted(self._random.sample(range(1, PRODUCTS + 1), LINES))
        items = [{"product_id": product, "quantity": 1} for product in products]
        return {"user_id": customer, "items": items, "shipping_address": ADDRESS}

    def _read_orders(self) -> list[bytes]:
        # `fill` gives order n to customer 1 + (n - 1) % customers.
        own = [
            (headers, customer + nth * self._all)
            for customer, headers in self._headers.items()
            for nth in range(ORDERS_OF_A_CUSTOMER)
        ]
        chosen = self._random.sample(own, min(len(own), ORDERS_READ))
        return [request("GET", f"/api/orders/{number}/", headers=headers) for headers, number in chosen]
