"""A member of the shop's staff: each step is one request, and a verb."""

import secrets
from collections.abc import Mapping

from scripts.shop.client import Client, Json


class Staff(Client):
    """
    Signed in from the start. Every step returns the answer's JSON and raises what `Customer`'s steps raise.

    :param account: user name and password.
    """

    def __init__(self, urls: Mapping[str, str], *, account: tuple[str, str], timeout: float = 20.0):
        super().__init__(urls, timeout=timeout)
        self.signs_in_as(*account)

    def adds_product(self, *, stock: int, price: str = "19.90") -> Json:
        body = {"name": f"Lamp {secrets.token_hex(4)}", "price": price, "stock_quantity": stock}
        return self.request("POST", "order_service", "/api/products/", expected=201, body=body)

    def changes_product(self, product: Json, **changes: object) -> Json:
        return self.request("PATCH", "order_service", f"/api/products/{product['id']}/", body=changes)

    def retires_product(self, product: Json) -> None:
        self.request("DELETE", "order_service", f"/api/products/{product['id']}/", expected=204)

    def sees_orders_of(self, user_id: int) -> list[Json]:
        orders: list[Json] = self.request("GET", "order_service", f"/api/users/{user_id}/orders/")["results"]
        return orders

    def ships(self, order: Json, *, expected: int = 200) -> Json:
        return self.request("POST", "order_service", f"/api/orders/{order['id']}/ship/", expected=expected)
