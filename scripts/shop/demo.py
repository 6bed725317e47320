"""`scripts/run.sh --demo`: what one customer does in the shop, with a line and a time for each step."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import requests

from scripts.shop.client import Json, StepFailed
from scripts.shop.customer import VALID_CARD, Customer
from scripts.shop.mails import Mail
from scripts.shop.progress import say

STEP_SECONDS = 20.0
QUANTITY = 2


class Shop(Protocol):
    """A running shop."""

    @property
    def urls(self) -> Mapping[str, str]:
        """Where customers reach each service."""
        ...

    def tick(self) -> None:
        """Pause for a moment in which the shop's processes are watched."""

    def log_ends(self, service: str) -> str: ...
    def mails_to(self, address: str) -> list[Mail]: ...


class DemoFailed(Exception):
    """A step failed, and its error was shown."""


def run(shop: Shop) -> int:
    """Make every step; 0 when each succeeds within `STEP_SECONDS`, otherwise 1."""
    try:
        make_steps(Steps(shop), shop)
    except DemoFailed:
        return 1
    say("\nThe demo succeeded.")
    return 0


class Steps:
    """Shows each step, and after one that fails the logs of the services concerned."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._number = 0
        self._deadline = 0.0

    @contextmanager
    def step(self, title: str, *services: str) -> Iterator[Callable[[str], None]]:
        """
        A step; gives a function that takes the text about its result.

        :raises DemoFailed: an answer was not the expected one, or came too late.
        """
        self._number += 1
        started = time.monotonic()
        self._deadline = started + STEP_SECONDS
        result: list[str] = []
        try:
            yield result.append
            seconds = time.monotonic() - started
            check(seconds <= STEP_SECONDS, f"it took {seconds:.1f} s, more than {STEP_SECONDS:.0f} s")
        except (StepFailed, requests.RequestException, LookupError) as error:
            say(f"✗ {self._number}. {title}: {error!s}")
            for service in services:
                say(self._shop.log_ends(service))
            raise DemoFailed from error
        say(f"✓ {self._number}. {title:<26} {seconds:6.2f} s   {' '.join(result)}")

    def wait_until(self, what: str, probe: Callable[[], bool]) -> None:
        while not probe():
            check(time.monotonic() < self._deadline, f"after {STEP_SECONDS:.0f} s not yet: {what}")
            self._shop.tick()


def make_steps(steps: Steps, shop: Shop) -> None:
    customer = Customer(shop.urls, timeout=STEP_SECONDS)
    users, orders, notifications = "user_service", "order_service", "notification_service"

    with steps.step("registers", users) as tell:
        tell(f"{customer.username} is user {customer.registers()['id']}")
    with steps.step("verifies the address", users) as tell:
        steps.wait_until("the mail arrived", lambda: shop.mails_to(customer.email) != [])
        customer.verifies_email(shop.mails_to(customer.email)[0].text)
        tell(f"{customer.email}, by the link in a mail")
    with steps.step("signs in", users) as tell:
        tell(f"a token for {customer.signs_in()['expires_in']} s")
    with steps.step("browses the catalogue", orders) as tell:
        page = customer.sees_products()
        in_stock = [product for product in page["results"] if product["stock_quantity"] >= QUANTITY]
        check(in_stock != [], f"no product on the first page has {QUANTITY} pieces left")
        product = in_stock[0]
        tell(f"{page['count']} products; takes {product['name']} at {product['price']}")
    with steps.step("orders", orders, users) as tell:
        order = customer.orders(product, quantity=QUANTITY)
        check(order["status"] == "pending", f"the new order is {order['status']}, not pending")
        tell(f"order {order['id']} over {order['total']} is pending")
    with steps.step("pays", orders) as tell:
        payment = customer.pays_with(VALID_CARD, order=order)
        check(payment["status"] == "completed", f"the payment is {payment['status']}, not completed")
        tell(f"payment {payment['payment_id']} is completed")
    with steps.step("sees the order confirmed", orders) as tell:
        steps.wait_until("confirmed", lambda: customer.sees_order(order["id"])["status"] == "confirmed")
        tell(f"order {order['id']} is confirmed")
    with steps.step("sees the stock reduced", orders) as tell:
        before, after = product["stock_quantity"], customer.sees_product(product["id"])["stock_quantity"]
        check(after == before - QUANTITY, f"{before} pieces before, {QUANTITY} ordered, {after} left")
        tell(f"{before} - {QUANTITY} = {after}")
    with steps.step("gets two notifications", notifications, orders, users) as tell:
        steps.wait_until("both stored", lambda: notified(customer.sees_notifications(), order))
        tell("user.registered and order.confirmed")
    with steps.step("gets two mails", notifications) as tell:
        steps.wait_until("both arrived", lambda: mailed(shop.mails_to(customer.email), order))
        tell(f"to {customer.email}")


def notified(notifications: list[Json], order: Json) -> bool:
    """Whether there are a welcome and a confirmation of this order."""
    confirmations = [one["message"] for one in notifications if one["type"] == "order.confirmed"]
    return any(one["type"] == "user.registered" for one in notifications) and any(
        str(order["id"]) in re.findall(r"\d+", message) for message in confirmations
    )


def mailed(mails: list[Mail], order: Json) -> bool:
    """Whether there are a welcome and a confirmation of this order."""
    subjects = [mail.subject for mail in mails]
    return any("welcome" in subject.lower() for subject in subjects) and any(
        str(order["id"]) in subject and "confirmed" in subject.lower() for subject in subjects
    )


def check(true: bool, otherwise: str) -> None:
    """:raises StepFailed: it is not so."""
    if not true:
        raise StepFailed(otherwise)
