"""The whole way of a fact: payment answered, outbox, relay, folder broker, worker, notification stored."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.shop import ports
from scripts.shop.bench import Measurement
from scripts.shop.demo import Journey
from scripts.shop.infrastructure import Embedded
from scripts.shop.progress import say
from scripts.shop.project import SERVICES
from scripts.shop.run import StopSignals
from scripts.shop.running import Shop

ORDERS = 50
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.01
GOAL_SECONDS = 1.0
NO_THROTTLE = "1000000/min"


class Unthrottled(Embedded):
    """The embedded parts, for a customer who orders and asks as fast as a program can."""

    def environment_of(self, service: str) -> Mapping[str, str]:
        throttles = ("THROTTLE_LOGIN", "THROTTLE_REGISTER", "THROTTLE_ORDERS", "THROTTLE_DEFAULT")
        return {**super().environment_of(service), **dict.fromkeys(throttles, NO_THROTTLE)}


def measure() -> Iterator[Measurement]:
    with (
        tempfile.TemporaryDirectory() as name,
        StopSignals() as stop,
        Unthrottled(Path(name)) as infrastructure,
        Shop(infrastructure, ports=ports.free(SERVICES), folder=Path(name), stop=stop.check) as shop,
    ):
        shop.open()
        journey = Journey(shop)
        journey.register(_deadline())
        journey.sign_in(_deadline())
        seconds = [_paid_to_notified(journey) for _ in range(ORDERS)]

    seconds.sort()
    say(f"  {ORDERS} payments: fastest {seconds[0]:.3f} s, slowest {seconds[-1]:.3f} s")
    yield Measurement("payment answered to notification stored (median)", statistics.median(seconds), "s", GOAL_SECONDS)


def _paid_to_notified(journey: Journey) -> float:
    journey.browse(_deadline())
    journey.order(_deadline())
    journey.pay(_deadline())
    paid = time.monotonic()
    while not journey.is_told_of_the_order(_deadline()):
        if time.monotonic() - paid > PATIENCE_SECONDS:
            raise SystemExit(f"no notification {PATIENCE_SECONDS:.0f} s after a payment")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - paid


def _deadline() -> float:
    return time.monotonic() + PATIENCE_SECONDS
