"""The users of these tests, and what they do."""

from typing import Any

import requests

from order_service.clients.cards import Card
from order_service.models import Product
from order_service.tests.component.bodies import a_payment, an_order
from order_service.tests.factories import GOOD_CARD
from servicekit.messages.events import Envelope
from tests.support.fake_user_service import FakeUserService
from tests.support.service_processes import Caller, ServiceProcesses


class Buyer(Caller):
    """A customer with a token, used by one test."""

    def __init__(self, processes: ServiceProcesses, user_service: FakeUserService, user_id: int):
        self.id = user_id
        self.token_id = f"of-{user_id}"
        user_service.knows(user_id)
        super().__init__(processes, user_service.mint.customer(user_id, token_id=self.token_id))

    def orders(self, *items: tuple[Product, int], key: str = "") -> requests.Response:
        return self.post("/api/orders/", an_order(*items, user_id=self.id), headers=_header(key))

    def pays(self, order_id: int, *, key: str = "", card: Card = GOOD_CARD) -> requests.Response:
        return self.post("/api/payments/", a_payment(order_id, card), headers=_header(key))

    def cancels(self, order_id: int) -> requests.Response:
        return self.post(f"/api/orders/{order_id}/cancel/")

    def sees_orders(self) -> requests.Response:
        return self.get("/api/orders/")


def _header(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def placed(answer: requests.Response) -> int:
    """The id of the order; fails if it was not placed."""
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an answer that is a refusal."""
    return answer.status_code, answer.json().get("code", "")


def user_deleted(user_id: int) -> Envelope:
    return Envelope(source="/user_service", type="user.deleted", subject=str(user_id), data={"user_id": user_id})


def token_revoked(buyer: Buyer, **data: Any) -> Envelope:
    """The event of the buyer's sign-out."""
    known = {"token_id": buyer.token_id, "user_id": buyer.id, "expires_at": "2100-01-01T00:00:00Z"}
    return Envelope(source="/user_service", type="token.revoked", subject=str(buyer.id), data={**known, **data})
