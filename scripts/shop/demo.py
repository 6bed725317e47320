"""One customer's journey through the running shop, a line and a time per step."""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import requests

from scripts.shop.progress import say

STEP_SECONDS = 20.0
CARD_THAT_PAYS = {"card_number": "4111111111111111", "cvv": "123", "exp_month": 12}
PIECES = 2
SPRINGFIELD = {"street": "1 Demo Street", "city": "Springfield", "state": "IL", "zip_code": "62701", "country": "US"}


class Shop(Protocol):
    """As much of a shop as a customer meets, and of its logs as explains a failure."""

    @property
    def doors(self) -> Mapping[str, str]:
        """Where customers reach each service."""
        ...

    def tick(self) -> None: ...
    def log_ends(self, service: str) -> str: ...
    def subjects_to(self, address: str) -> list[str]: ...


class StepFailed(Exception):
    """What was expected of a step, and what came instead."""


def walk(shop: Shop) -> int:
    """Walk the journey; 0 when each step went well within its time, 1 with the log of whom it concerns otherwise."""
    journey = Journey(shop)
    for number, step in enumerate(journey.steps, start=1):
        started = time.monotonic()
        deadline = started + STEP_SECONDS
        try:
            seen = step.act(deadline)
            took = _in_time(started)
        except (StepFailed, requests.RequestException, KeyError, ValueError) as error:
            say(f"✗ {number}. {step.title}: {error!s}")
            for service in step.concerns:
                say(shop.log_ends(service))
            return 1
        say(f"✓ {number}. {step.title:<28} {took:6.2f} s   {seen}")
    say("\nThe demo went through.")
    return 0


def _in_time(started: float) -> float:
    took = time.monotonic() - started
    if took > STEP_SECONDS:
        raise StepFailed(f"it took {took:.1f} s, more than {STEP_SECONDS:.0f} s")
    return took


@dataclass(frozen=True)
class Step:
    title: str
    act: Callable[[float], str]
    concerns: tuple[str, ...]
    """The services whose logs tell most when the step fails."""


@dataclass
class Journey:
    """Remembers what one step learned for the next."""

    shop: Shop
    customer: str = field(default_factory=lambda: f"demo-{secrets.token_hex(4)}")
    known: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy that the shell names must not stand between us and this machine

    @property
    def address(self) -> str:
        return f"{self.customer}@shop.example"

    @property
    def steps(self) -> tuple[Step, ...]:
        users, orders, notifications = "user_service", "order_service", "notification_service"
        return (
            Step("registers", self.register, (users,)),
            Step("signs in", self.sign_in, (users,)),
            Step("browses the catalogue", self.browse, (orders,)),
            Step("orders", self.order, (orders, users)),
            Step("pays", self.pay, (orders,)),
            Step("sees the order confirmed", self.see_confirmed, (orders,)),
            Step("finds the stock lower", self.see_stock, (orders,)),
            Step("is welcomed, and told of it", self.see_notifications, (notifications, orders, users)),
            Step("has both mails", self.see_mails, (notifications,)),
        )

    def register(self, deadline: float) -> str:
        self.known["password"] = secrets.token_urlsafe(16)
        body = {"username": self.customer, "email": self.address, "password": self.known["password"]}
        user = self._ask("POST", "user_service", "/api/users/", deadline, expect=201, json=body)
        self.known["user_id"] = user["id"]
        return f"{self.customer} is user {user['id']}"

    def sign_in(self, deadline: float) -> str:
        body = {"username": self.customer, "password": self.known["password"]}
        answer = self._ask("POST", "user_service", "/api/auth/login/", deadline, expect=200, json=body)
        self._http.headers["Authorization"] = f"Bearer {answer['access_token']}"
        return f"a token for {answer['expires_in']} s"

    def browse(self, deadline: float) -> str:
        page = self._ask("GET", "order_service", "/api/products/", deadline, expect=200)
        in_stock = [product for product in page["results"] if product["stock_quantity"] >= PIECES]
        if not in_stock:
            raise StepFailed(f"no product on the first page has {PIECES} pieces left")
        self.known["product"] = in_stock[0]
        return f"{page['count']} products; takes {in_stock[0]['name']} at {in_stock[0]['price']}"

    def order(self, deadline: float) -> str:
        body = {
            "user_id": self.known["user_id"],
            "items": [{"product_id": self.known["product"]["id"], "quantity": PIECES}],
            "shipping_address": SPRINGFIELD,
        }
        order = self._ask("POST", "order_service", "/api/orders/", deadline, expect=201, json=body)
        if order["status"] != "pending":
            raise StepFailed(f"the new order is {order['status']}, not pending")
        self.known["order_id"] = order["id"]
        return f"order {order['id']} over {order['total']} is pending"

    def pay(self, deadline: float) -> str:
        body = {"order_id": self.known["order_id"], **CARD_THAT_PAYS, "exp_year": datetime.now(UTC).year + 1}
        payment = self._ask("POST", "order_service", "/api/payments/", deadline, expect=200, json=body)
        if payment["status"] != "completed":
            raise StepFailed(f"the payment is {payment['status']}, not completed")
        return f"payment {payment['payment_id']} is completed"

    def see_confirmed(self, deadline: float) -> str:
        path = f"/api/orders/{self.known['order_id']}/"
        self._await(
            "the order is confirmed",
            lambda: self._ask("GET", "order_service", path, deadline, expect=200)["status"] == "confirmed",
            deadline,
        )
        return f"order {self.known['order_id']} is confirmed"

    def see_stock(self, deadline: float) -> str:
        before = self.known["product"]["stock_quantity"]
        path = f"/api/products/{self.known['product']['id']}/"
        after = self._ask("GET", "order_service", path, deadline, expect=200)["stock_quantity"]
        if after != before - PIECES:
            raise StepFailed(f"{before} pieces before, {PIECES} ordered, {after} left")
        return f"{before} - {PIECES} = {after}"

    def see_notifications(self, deadline: float) -> str:
        self._await("a welcome is among the notifications", lambda: self.is_welcomed(deadline), deadline)
        self._await("a confirmation is among them", lambda: self.is_told_of_the_order(deadline), deadline)
        return "user.registered and order.confirmed"

    def is_welcomed(self, deadline: float) -> bool:
        return any(one["type"] == "user.registered" for one in self._notifications(deadline))

    def is_told_of_the_order(self, deadline: float) -> bool:
        order = str(self.known["order_id"])
        confirmations = [one for one in self._notifications(deadline) if one["type"] == "order.confirmed"]
        return any(order in re.findall(r"\d+", one["message"]) for one in confirmations)

    def see_mails(self, deadline: float) -> str:
        order = str(self.known["order_id"])

        def subjects() -> list[str]:
            return self.shop.subjects_to(self.address)

        def both_there() -> bool:
            welcome = any("welcome" in subject.lower() for subject in subjects())
            return welcome and any(order in subject and "confirmed" in subject.lower() for subject in subjects())

        self._await("the welcome and the confirmation have arrived", both_there, deadline)
        return f"{len(subjects())} mails to {self.address}"

    def _notifications(self, deadline: float) -> list[dict[str, Any]]:
        path = f"/api/users/{self.known['user_id']}/notifications/?page_size=100"
        there: list[dict[str, Any]] = self._ask("GET", "notification_service", path, deadline, expect=200)["results"]
        return there

    def _ask(
        self, method: str, service: str, path: str, deadline: float, *, expect: int, json: object = None
    ) -> dict[str, Any]:
        """
        One request.

        :raises StepFailed: the answer has another status, or is no JSON object.
        """
        patience = max(0.1, deadline - time.monotonic())
        answer = self._http.request(method, self.shop.doors[service] + path, json=json, timeout=patience)
        if answer.status_code != expect:
            raise StepFailed(f"{method} {path} answered {answer.status_code}, not {expect}: {answer.text[:300]}")
        body = answer.json()
        if not isinstance(body, dict):
            raise StepFailed(f"{method} {path} answered no JSON object: {answer.text[:300]}")
        return body

    def _await(self, what: str, probe: Callable[[], bool], deadline: float) -> None:
        """Ask again until it is so; meanwhile the shop's processes are looked after."""
        while not probe():
            if time.monotonic() > deadline:
                raise StepFailed(f"after {STEP_SECONDS:.0f} s still not so: {what}")
            self.shop.tick()
