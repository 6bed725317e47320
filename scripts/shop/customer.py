"""
A customer of the shop: each step is one request, and a verb.

Shared by the demo, the end-to-end tests, the load tests and the chaos experiments, so it needs `requests` alone.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

import requests

from scripts.shop.client import Client, Json, StepFailed

ADDRESS = {"street": "1 Demo Street", "city": "Springfield", "state": "IL", "zip_code": "62701", "country": "US"}
# The sandbox of the payment gateway accepts the first number and declines the second.
VALID_CARD = "4111111111111111"
DECLINED_CARD = "4000000000000002"


class Customer(Client):
    """
    One customer with a new user name.

    Every step returns the answer's JSON, and raises `StepFailed` when the answer has another status than expected, or
    `requests.RequestException` when there is no answer. For the parameters see `Client`.
    """

    def __init__(self, urls: Mapping[str, str], *, session: requests.Session | None = None, timeout: float = 20.0):
        super().__init__(urls, session=session, timeout=timeout)
        self.username = f"customer-{secrets.token_hex(6)}"
        self.email = f"{self.username}@shop.example"
        self.password = secrets.token_urlsafe(16)
        self.user_id = 0

    def registers(self) -> Json:
        body = {"username": self.username, "email": self.email, "password": self.password}
        user = self.request("POST", "user_service", "/api/users/", expected=201, body=body)
        self.user_id = user["id"]
        return user

    def verifies_email(self, text_of_mail: str) -> None:
        """
        Follow the link in the mail that came after the registration.

        :raises StepFailed: there is no link in the text, or the shop refuses it.
        """
        found = re.search(r"/verify-email/\?token=(\S+)", text_of_mail)
        if found is None:
            raise StepFailed(f"no link to verify the address in: {text_of_mail[:300]}")
        self.request("POST", "user_service", "/api/auth/verify-email/", expected=204, body={"token": found[1]})

    def signs_in(self) -> Json:
        return self.signs_in_as(self.username, self.password)

    def signs_out(self) -> None:
        self.request("POST", "user_service", "/api/auth/logout/", expected=204, body={})

    def changes_profile(self, **changes: str) -> Json:
        return self.request("PATCH", "user_service", f"/api/users/{self.user_id}/", body=changes)

    def deletes_the_account(self) -> None:
        self.request("DELETE", "user_service", f"/api/users/{self.user_id}/", expected=204)

    def sees_products(self) -> Json:
        """The first page of the catalogue."""
        return self.request("GET", "order_service", "/api/products/")

    def sees_product(self, product_id: int) -> Json:
        return self.request("GET", "order_service", f"/api/products/{product_id}/")

    def orders(self, product: Json, *, quantity: int = 1, expected: int = 201, key: str = "") -> Json:
        """Order at the price that the customer saw. With the same key again, it is the same order."""
        items = [{"product_id": product["id"], "quantity": quantity, "price": product["price"]}]
        body = {"user_id": self.user_id, "items": items, "shipping_address": ADDRESS}
        return self.request("POST", "order_service", "/api/orders/", expected=expected, body=body, key=key)

    def pays_with(self, card_number: str, *, order: Json, key: str = "") -> Json:
        """The payment's status is "completed" or "declined". With the same key again, it is the same payment."""
        year = datetime.now(UTC).year + 1
        body = {
            "order_id": order["id"],
            "payment_method": "credit_card",
            "card_details": {"card_number": card_number, "expiry_month": 12, "expiry_year": year, "cvv": "123"},
            "billing_address": ADDRESS,
        }
        return self.request("POST", "order_service", "/api/payments/", body=body, key=key)

    def cancels(self, order: Json) -> Json:
        return self.request("POST", "order_service", f"/api/orders/{order['id']}/cancel/")

    def sees_order(self, order_id: int) -> Json:
        return self.request("GET", "order_service", f"/api/orders/{order_id}/")

    def sees_notifications(self) -> list[Json]:
        path = f"/api/users/{self.user_id}/notifications/?page_size=100"
        notifications: list[Json] = self.request("GET", "notification_service", path)["results"]
        return notifications
