"""user_service and a payment gateway, faked at the socket."""

import json
import re
from typing import Any

import responses
from requests import PreparedRequest

from order_service.tests.factories import DECLINED_CARD
from servicekit.testing import TokenMint

USERS = "http://users.test"
GATEWAY = "http://gateway.test"

CHARGE = f"{GATEWAY}/charges"
OUTCOME = re.compile(rf"{GATEWAY}/charges/[0-9a-f-]+$")
REFUND = re.compile(rf"{GATEWAY}/charges/[0-9a-f-]+/refund$")

Answer = tuple[int, dict[str, str], str]


class FakeUserService:
    """Publishes the mint's key, issues service tokens, and answers about users as a test sets."""

    def __init__(self, socket: responses.RequestsMock, mint: TokenMint):
        self.socket = socket
        socket.get(f"{USERS}/.well-known/jwks.json", json=mint.jwks())
        self.token = mint.service("order_service", scopes=["users:read"])
        answer = {"access_token": self.token, "token_type": "Bearer", "expires_in": 300}
        socket.post(f"{USERS}/api/auth/service-token/", json=answer)

    def knows(self, user_id: int, *, is_active: bool = True) -> None:
        self.answers(user_id, json={"id": user_id, "username": "alice", "is_active": is_active})

    def answers(self, user_id: int, **answer: Any) -> None:
        """From now on, answer this to requests for that user."""
        self.socket.upsert(responses.GET, self.address(user_id), **answer)

    def asked_for(self, user_id: int) -> list[responses.Call]:
        return [call for call in self.socket.calls if call.request.url == self.address(user_id)]

    @staticmethod
    def address(user_id: int) -> str:
        return f"{USERS}/api/users/{user_id}/"


class FakeGateway:
    """A gateway that follows its contract (clients/payments.py), until a test makes it fail."""

    def __init__(self, socket: responses.RequestsMock):
        self.socket = socket
        self.charges: dict[str, str] = {}
        self.asked_to_charge: list[dict[str, Any]] = []
        socket.add_callback(responses.POST, CHARGE, callback=self._charge)
        socket.add_callback(responses.GET, OUTCOME, callback=self._outcome)
        socket.add_callback(responses.POST, REFUND, callback=self._refund)

    def fails(self, **answer: Any) -> None:
        """From now on, answer this to every charge and refund."""
        self.socket.upsert(responses.POST, CHARGE, **answer)
        self.socket.upsert(responses.POST, REFUND, **answer)

    def works(self) -> None:
        """Charge again."""
        self.socket.remove(responses.POST, CHARGE)
        self.socket.add_callback(responses.POST, CHARGE, callback=self._charge)

    def _charge(self, request: PreparedRequest) -> Answer:
        charge = json.loads(request.body or b"")
        self.asked_to_charge.append(charge)
        outcome = "declined" if charge["card"]["number"] == DECLINED_CARD.number else "paid"
        status = self.charges.setdefault(request.headers["Idempotency-Key"], outcome)
        return 201, {}, json.dumps({"status": status})

    def _outcome(self, request: PreparedRequest) -> Answer:
        status = self.charges.get(str(request.url).rsplit("/", 1)[1])
        return (200, {}, json.dumps({"status": status})) if status else (404, {}, "{}")

    def _refund(self, request: PreparedRequest) -> Answer:
        self.charges[str(request.url).rsplit("/", 2)[1]] = "refunded"
        return 200, {}, '{"status": "refunded"}'
