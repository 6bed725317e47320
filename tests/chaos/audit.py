"""Looks at what customers were promised, and at what the shop has: during an experiment, and again much later."""

import time
from collections.abc import Iterable, Sequence

import requests

from scripts.shop.client import Json, StepFailed
from tests.chaos import books
from tests.chaos.balance import balance
from tests.chaos.buyer import Buyer
from tests.chaos.ledger import Balance, Promise
from tests.chaos.shop import ChaosShop

PIECES = 1_000_000
PRICES = ("10.01", "12.03", "14.07", "16.09", "18.11", "20.13", "22.17", "24.19")


class Audit:
    """
    The books of one experiment.

    :ivar products: put into the catalogue for it alone.
    """

    def __init__(self, shop: ChaosShop):
        self._shop = shop
        self._staff = self._sign_in()
        self.products: Sequence[Json] = [self._staff.adds_product(stock=PIECES, price=price) for price in PRICES]
        shop.payments.clear()

    def settle(self, buyers: Sequence[Buyer], *, within: float) -> Balance:
        """Compare again and again until nothing differs, or the time is over."""
        deadline = time.monotonic() + within
        while (found := self._compare(buyers)).differences and time.monotonic() < deadline:
            time.sleep(0.2)
        return found

    def came_late(self, buyers: Sequence[Buyer]) -> tuple[str, ...]:
        """What is lost or doubled now, after other experiments; the payment gateway has their charges by now."""
        self._staff = self._sign_in()
        found = self._compare(buyers)
        return (*found.lost, *found.doubled)

    def _compare(self, buyers: Sequence[Buyer]) -> Balance:
        customers = [buyer.id for buyer in buyers if buyer.id]
        stocked = {product["id"]: PIECES for product in self.products}
        try:
            held = books.read(
                self._staff, self._shop.payments, self._shop.mail_api, customers=customers, products=list(stocked)
            )
        except (requests.RequestException, StepFailed) as trouble:
            return Balance(wrong=(f"the books cannot be read: {trouble}",))
        return balance(promises_to(buyers), customers=customers, stocked=stocked, books=held)

    def _sign_in(self) -> books.Bookkeeper:
        return books.Bookkeeper(self._shop.shop.urls, account=self._shop.shop.staff)


def promises_to(buyers: Iterable[Buyer]) -> list[Promise]:
    return [promise for buyer in buyers for promise in list(buyer.promises.values())]
