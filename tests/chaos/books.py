"""Reads what the shop has: through its API as the staff sees it, and from its payment gateway and mail server."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import requests

from tests.chaos.ledger import Books, Mail, Notification, Order
from tests.chaos.payment_gateway import PaymentGateway

SECONDS = 20.0


class Staff:
    """
    A member of the staff, who may read everything.

    :param url: of the gateway in front of the shop.
    """

    def __init__(self, url: str, account: tuple[str, str]):
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        username, password = account
        tokens = self._ask("POST", "/api/auth/login/", json={"username": username, "password": password})
        self._session.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def offers(self, name: str, *, price: str, pieces: int) -> dict[str, Any]:
        """Put a product into the catalogue."""
        return self._ask("POST", "/api/products/", json={"name": name, "price": price, "stock_quantity": pieces})

    def stock_of(self, product_id: int) -> int:
        pieces: int = self._ask("GET", f"/api/products/{product_id}/")["stock_quantity"]
        return pieces

    def orders_of(self, customer_id: int) -> Iterator[Order]:
        for order in self._pages(f"/api/users/{customer_id}/orders/"):
            pieces = {item["product_id"]: item["quantity"] for item in order["items"]}
            yield Order(order["id"], order["user_id"], order["status"], Decimal(order["total"]), pieces)

    def notifications_of(self, customer_id: int) -> Iterator[Notification]:
        for each in self._pages(f"/api/users/{customer_id}/notifications/"):
            yield Notification(customer_id, each["type"], _order_in(each["message"]))

    def _pages(self, path: str) -> Iterator[Any]:
        page = 1
        while True:
            content = self._ask("GET", f"{path}?page_size=100&page={page}")
            yield from content["results"]
            if not content["next"]:
                return
            page += 1

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        answer = self._session.request(method, self._url + path, timeout=SECONDS, **options)
        answer.raise_for_status()
        return answer.json()


def read(
    staff: Staff, gateway: PaymentGateway, mail_api: str, *, customers: Iterable[int], products: Sequence[int]
) -> Books:
    """:raises requests.RequestException: a part of the shop does not answer."""
    customers = list(customers)
    orders = [order for customer_id in customers for order in staff.orders_of(customer_id)]
    ours = {order.id for order in orders}
    notifications = [each for customer_id in customers for each in staff.notifications_of(customer_id)]
    return Books(
        orders=orders,
        notifications=notifications,
        mails=[mail for mail in _mails(mail_api) if mail.order_id in ours],
        stock={product_id: staff.stock_of(product_id) for product_id in products},
        charges=gateway.held(),
    )


def _mails(mail_api: str) -> list[Mail]:
    answer = requests.get(f"{mail_api}/api/v1/messages", timeout=SECONDS)
    answer.raise_for_status()
    return [Mail(_order_in(mail["Subject"]), mail["MessageID"]) for mail in answer.json()["messages"]]


def _order_in(text: str) -> int:
    """The number in "Your order 7 is confirmed"; 0 when there is none."""
    found = re.search(r"\border ([0-9]+)", text)
    return int(found.group(1)) if found else 0
