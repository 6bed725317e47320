"""The time from a payment's answer to the stored notification: outbox, relay, folder broker, worker."""

import dataclasses
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.shop import demo, ports
from scripts.shop.bench import Measurement
from scripts.shop.customer import VALID_CARD, Customer
from scripts.shop.infrastructure import embedded
from scripts.shop.progress import say
from scripts.shop.project import SERVICES
from scripts.shop.running import Shop
from scripts.shop.stopping import StopSignals

ORDERS = 50
TIMEOUT_SECONDS = 20.0
POLL_SECONDS = 0.01
GOAL_SECONDS = 1.0
THROTTLES = ("THROTTLE_LOGIN", "THROTTLE_REGISTER", "THROTTLE_ORDERS", "THROTTLE_DEFAULT")
UNLIMITED = {**dict.fromkeys(THROTTLES, "1000000/min"), "MAILS_PER_HOUR": "1000000"}


def measure() -> Iterator[Measurement]:
    with (
        tempfile.TemporaryDirectory() as name,
        StopSignals() as stop,
        embedded(Path(name)) as servers,
    ):
        unlimited = {service: {**variables, **UNLIMITED} for service, variables in servers.environments.items()}
        infrastructure = dataclasses.replace(servers, environments=unlimited)
        with Shop(infrastructure, ports=ports.free(SERVICES), folder=Path(name), stop=stop.check) as shop:
            shop.start()
            customer = Customer(shop.urls)
            customer.registers()
            _verify(customer, shop)
            customer.signs_in()
            seconds = [_paid_to_notified(customer) for _ in range(ORDERS)]

    seconds.sort()
    say(f"  {ORDERS} payments: fastest {seconds[0]:.3f} s, slowest {seconds[-1]:.3f} s")
    yield Measurement("payment answered to notification stored (median)", statistics.median(seconds), "s", GOAL_SECONDS)


def _verify(customer: Customer, shop: Shop) -> None:
    """Without it, mails would wait and be tried again while the time is taken."""
    registered = time.monotonic()
    while not (mails := shop.mails_to(customer.email)):
        if time.monotonic() - registered > TIMEOUT_SECONDS:
            raise SystemExit(f"no mail {TIMEOUT_SECONDS:.0f} s after a registration")
        time.sleep(POLL_SECONDS)
    customer.verifies_email(mails[0].text)


def _paid_to_notified(customer: Customer) -> float:
    in_stock = (product for product in customer.sees_products()["results"] if product["stock_quantity"])
    order = customer.orders(next(in_stock))
    customer.pays_with(VALID_CARD, order=order)
    paid = time.monotonic()
    while not demo.notified(customer.sees_notifications(), order):
        if time.monotonic() - paid > TIMEOUT_SECONDS:
            raise SystemExit(f"no notification {TIMEOUT_SECONDS:.0f} s after a payment")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - paid
