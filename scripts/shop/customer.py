"""
A customer of the shop: each step is one request, and a verb.

Shared by the demo, the end-to-end tests and the load tests, so it needs `requests` alone.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

Json = dict[str, Any]

ADDRESS = {"street": "1 Demo Street", "city": "Springfield", "state": "IL", "zip_code": "62701", "country": "US"}
# The sandbox of the payment gateway accepts the first number and declines the second.
VALID_CARD = "4111111111111111"
DECLINED_CARD = "4000000000000002"


class StepFailed(Exception):
    """An answer that the step did not expect; the text has the request and the answer."""


class Customer:
    """
    One customer with a new user name.

    Every step returns the answer's JSON, and raises `StepFailed` when the answer has another status than expected, or
    `requests.RequestException` when there is no answer.

    :param urls: where each service is reached, by its name; behind a gateway all have the same URL.
    :param session: makes the requests, for whoever counts them.
    :param timeout: seconds to wait for an answer.
    """

    def __init__(self, urls: Mapping[str, str], *, session: requests.Session | None = None, timeout: float = 20.0):
        self.username = f"customer-{secrets.token_hex(6)}"
        self.email = f"{self.username}@shop.example"
        self.password = secrets.token_urlsafe(16)
        self.user_id = 0
        self._urls = urls
        self._timeout = timeout
        self._session = session or requests.Session()
        self._session.trust_env = False  # neither a proxy nor a .netrc of this machine

    def registers(self) -> Json:
        body = {"username": self.username, "email": self.email, "password": self.password}
        user = self._request("POST", "user_service", "/api/users/", expected=201, body=body)
        self.user_id = user["id"]
        return user

    def signs_in(self) -> Json:
        body = {"username": self.username, "password": self.password}
        tokens = self._request("POST", "user_service", "/api/auth/login/", body=body)
        self._session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return tokens

    def sees_products(self) -> Json:
        """The first page of the catalogue."""
        return self._request("GET", "order_service", "/api/products/")

    def sees_product(self, product_id: int) -> Json:
        return self._request("GET", "order_service", f"/api/products/{product_id}/")

    def orders(self, product: Json, *, quantity: int = 1) -> Json:
        items = [{"product_id": product["id"], "quantity": quantity}]
        body = {"user_id": self.user_id, "items": items, "shipping_address": ADDRESS}
        return self._request("POST", "order_service", "/api/orders/", expected=201, body=body)

    def pays_with(self, card_number: str, *, order: Json) -> Json:
        """The payment's status is "completed" or "declined"."""
        year = datetime.now(UTC).year + 1
        body = {
            "order_id": order["id"],
            "payment_method": "credit_card",
            "card_details": {"card_number": card_number, "expiry_month": 12, "expiry_year": year, "cvv": "123"},
            "billing_address": ADDRESS,
        }
        return self._request("POST", "order_service", "/api/payments/", body=body)

    def sees_order(self, order_id: int) -> Json:
        return self._request("GET", "order_service", f"/api/orders/{order_id}/")

    def sees_notifications(self) -> list[Json]:
        path = f"/api/users/{self.user_id}/notifications/?page_size=100"
        notifications: list[Json] = self._request("GET", "notification_service", path)["results"]
        return notifications

    def _request(self, method: str, service: str, path: str, *, expected: int = 200, body: object = None) -> Json:
        answer = self._session.request(method, self._urls[service] + path, json=body, timeout=self._timeout)
        if answer.status_code != expected:
            raise StepFailed(f"{method} {path} answered {answer.status_code}, not {expected}: {answer.text[:300]}")
        content: Json = answer.json()
        return content
