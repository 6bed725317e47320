"""A customer who wants an answer: one who gets none asks again with the same key, as a good client does."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import requests

from scripts.shop.client import Json, StepFailed
from scripts.shop.customer import VALID_CARD, Customer
from scripts.shop.mails import Mail
from tests.chaos.ledger import Promise
from tests.chaos.traffic import CountedSession, Traffic

T = TypeVar("T")
Mails = Callable[[str], Sequence[Mail]]
BUSY = {"REQUEST_IN_PROGRESS", "PAYMENT_IN_PROGRESS"}
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 90.0
REQUEST_SECONDS = 35.0
"""Longer than the gateway in front of the shop waits: so a request without an answer is never an impatient customer."""


class NoAnswer(Exception):
    """A step was repeated for as long as the customer's patience lasted, and got no answer."""


class Buyer:
    """
    One customer, and what the shop promised to them.

    :param mails: gives those to an address.
    :param pause: seconds before a step without an answer is repeated.
    """

    def __init__(self, urls: Mapping[str, str], mails: Mails, traffic: Traffic, *, pause: float = PAUSE_SECONDS):
        self._urls = urls
        self._mails = mails
        self._traffic = traffic
        self._pause = pause
        self._customer = self._new_customer()
        self.promises: dict[int, Promise] = {}

    @property
    def id(self) -> int:
        return self._customer.user_id

    def joins(self) -> None:
        """Register, verify the address and sign in. Who gets no answer when they register, takes another name."""

        def register() -> None:
            self._customer = self._new_customer()
            self._customer.registers()

        self._insist(register)
        self._insist(self._verify)
        self._insist(self._customer.signs_in)

    def orders(self, product: Json, *, quantity: int = 1) -> Json:
        key = secrets.token_hex(8)
        order = self._insist(lambda: self._customer.orders(product, quantity=quantity, key=key))
        self.promises[order["id"]] = Promise(order["id"], self.id)
        return order

    def pays(self, order: Json, *, card: str = VALID_CARD, patience: float = PATIENCE_SECONDS) -> None:
        key = secrets.token_hex(8)
        try:
            payment = self._insist(lambda: self._customer.pays_with(card, order=order, key=key), patience=patience)
            status = "confirmed" if payment["status"] == "completed" else "cancelled"
        except StepFailed as refusal:
            if refusal.code != "ORDER_NOT_PAYABLE":
                raise
            # An earlier attempt succeeded after all, and its answer was lost.
            status = self._insist(lambda: self._customer.sees_order(order["id"]))["status"]
        self.promises[order["id"]] = Promise(order["id"], self.id, status, was_paid=status == "confirmed")

    def pays_or_cancels(self, order: Json) -> None:
        """Pay, but ask once only, and cancel the order when there is no answer."""
        try:
            self.pays(order, patience=0)
        except NoAnswer:
            self.promises[order["id"]] = Promise(order["id"], self.id, was_paid=None)
            self.cancels(order)

    def cancels(self, order: Json) -> None:
        self._insist(lambda: self._customer.cancels(order))
        before = self.promises[order["id"]]
        self.promises[order["id"]] = Promise(order["id"], self.id, "cancelled", was_paid=before.was_paid)

    def was_told(self, order: Json) -> bool:
        """Whether the notification has come that this order is confirmed."""
        return any(f"order {order['id']} is confirmed" in one["message"] for one in self._customer.sees_notifications())

    def _verify(self) -> None:
        mails = self._mails(self._customer.email)
        if not mails:
            raise NoAnswer("no mail with a link to verify the address")
        try:
            self._customer.verifies_email(mails[0].text)
        except StepFailed as refusal:
            # Refused is a link that was used: by an attempt whose answer was lost.
            if not 400 <= refusal.status < 500:
                raise

    def _new_customer(self) -> Customer:
        return Customer(self._urls, session=CountedSession(self._traffic), timeout=REQUEST_SECONDS)

    def _insist(self, step: Callable[[], T], *, patience: float = PATIENCE_SECONDS) -> T:
        """
        Make a step, again and again until it is answered.

        :raises NoAnswer: there was none in time.
        :raises StepFailed: the shop refused.
        """
        deadline = time.monotonic() + patience
        while True:
            try:
                return step()
            except StepFailed as refusal:
                if refusal.status < 500 and refusal.code not in BUSY:
                    raise
                said = str(refusal)
            except (requests.RequestException, NoAnswer) as trouble:
                said = repr(trouble)
            if time.monotonic() > deadline:
                raise NoAnswer(f"no answer within {patience:.0f} s: {said}")
            time.sleep(self._pause)
