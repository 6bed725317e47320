"""How long it takes from a payment to the customer's notification of it, asked for again and again during a run."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from scripts.shop.client import Json, StepFailed
from scripts.shop.customer import VALID_CARD, Customer
from scripts.shop.load.first_mail import text_of_first_mail

EVERY_SECONDS = 3.0
POLL_SECONDS = 0.05
GIVE_UP_SECONDS = 10.0
SIGN_IN_SECONDS = 120.0


@dataclass(frozen=True)
class Told:
    """
    :param at: when the payment was answered.
    :param seconds: from then to the notification; None if it did not come in time.
    """

    at: float
    seconds: float | None


@dataclass
class Probe:
    """
    :ivar told: what each payment showed.
    :ivar failures: steps of the probe's own customer that went wrong; under too much load they may.
    """

    told: list[Told] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    check: Callable[[], None] = lambda: None

    def between(self, start: float, end: float) -> list[float | None]:
        return [one.seconds for one in self.told if start <= one.at < end]


@contextmanager
def probing(urls: Mapping[str, str], product: Json, *, mail_api: str) -> Iterator[Probe]:
    """A customer who orders and pays until the block ends, and waits for each notification."""
    probe, stop = Probe(), threading.Event()
    with ThreadPoolExecutor(max_workers=1) as thread:
        working = thread.submit(_order_until, stop, probe, urls, product, mail_api)
        probe.check = lambda: working.result() if working.done() else None
        try:
            yield probe
        finally:
            stop.set()
    working.result()


def _order_until(stop: threading.Event, probe: Probe, urls: Mapping[str, str], product: Json, mail_api: str) -> None:
    customer: Customer | None = None
    signed_in_until = 0.0
    while not stop.wait(EVERY_SECONDS):
        try:
            if customer is None or time.monotonic() > signed_in_until:
                # A new one now and then: an old one would have more notifications than a page holds.
                customer = Customer(urls)
                customer.registers()
                if mail_api:
                    customer.verifies_email(text_of_first_mail(customer.email, api=mail_api))
                customer.signs_in()
                signed_in_until = time.monotonic() + SIGN_IN_SECONDS
            order = customer.orders(product)
            customer.pays_with(VALID_CARD, order=order)
            paid, seconds = time.time(), None
            try:
                seconds = _seconds_until_told(customer, order)
            finally:
                probe.told.append(Told(paid, seconds))
        except (StepFailed, requests.RequestException, LookupError, TypeError) as failed:
            probe.failures.append(f"{type(failed).__name__}: {failed}"[:300])


def _seconds_until_told(customer: Customer, order: Json) -> float | None:
    started = time.monotonic()
    while time.monotonic() - started < GIVE_UP_SECONDS:
        if any(_tells_of(one, order) for one in customer.sees_notifications()):
            return time.monotonic() - started
        time.sleep(POLL_SECONDS)
    return None


def _tells_of(notification: Json, order: Json) -> bool:
    return notification["type"] == "order.confirmed" and str(order["id"]) in re.findall(r"\d+", notification["message"])
