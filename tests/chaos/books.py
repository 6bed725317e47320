"""Reads what the shop has: through its API as the staff sees it, and from its payment gateway and mail server."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import requests

from scripts.shop.client import Json
from scripts.shop.staff import Staff
from tests.chaos.ledger import Books, Mail, Notification, Order
from tests.chaos.payment_gateway import PaymentGateway

SECONDS = 20.0


class Bookkeeper(Staff):
    """A member of the staff, who may read everything."""

    def orders_of(self, customer_id: int) -> Iterator[Order]:
        for order in self._pages("order_service", f"/api/users/{customer_id}/orders/"):
            pieces = {item["product_id"]: item["quantity"] for item in order["items"]}
            yield Order(order["id"], order["user_id"], order["status"], Decimal(order["total"]), pieces)

    def notifications_of(self, customer_id: int) -> Iterator[Notification]:
        for each in self._pages("notification_service", f"/api/users/{customer_id}/notifications/"):
            yield Notification(customer_id, each["type"], _order_in(each["message"]))

    def stock_of(self, product_id: int) -> int:
        pieces: int = self.request("GET", "order_service", f"/api/products/{product_id}/")["stock_quantity"]
        return pieces

    def _pages(self, service: str, path: str) -> Iterator[Json]:
        page: Json = {"next": path}
        for number in itertools.count(1):
            if not page["next"]:
                return
            page = self.request("GET", service, f"{path}?page_size=100&page={number}")
            yield from page["results"]


def read(
    staff: Bookkeeper, gateway: PaymentGateway, mail_api: str, *, customers: Iterable[int], products: Sequence[int]
) -> Books:
    """:raises requests.RequestException, StepFailed: a part of the shop does not answer."""
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
