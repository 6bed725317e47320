"""Faults of the payment gateway, which is outside the shop."""

import time

import requests

from tests.chaos.payment_gateway import SLOW_SECONDS
from tests.chaos.shop import ChaosShop

IN_TIME = 4.0  # seconds; longer than the shop waits


class PaymentGatewayFails:
    """:param behaviour: slow, silent, late or failing, see tests/chaos/payment_gateway.py."""

    def __init__(self, shop: ChaosShop, *, behaviour: str, late_seconds: float = 25.0):
        self._gateway = shop.payments
        self._behaviour = behaviour
        self._late_seconds = late_seconds

    def begin(self) -> None:
        self._gateway.behave(self._behaviour, late_seconds=self._late_seconds)

    def end(self) -> None:
        self._gateway.behave("normal")

    def is_active(self) -> bool:
        """It does not give back at once what it knows of a charge that was never made."""
        return not self.is_over()

    def is_over(self) -> bool:
        began = time.monotonic()
        try:
            answer = requests.post(f"{self._gateway.url}/charges/unknown/refund", json={}, timeout=IN_TIME)
        except requests.RequestException:
            return False
        return answer.status_code == 404 and time.monotonic() - began < SLOW_SECONDS
