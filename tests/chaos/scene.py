"""One experiment under way: its customers, its faults, and what was measured."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import requests

from scripts.shop.client import StepFailed
from servicekit.testing import eventually
from tests.chaos.audit import Audit
from tests.chaos.buyer import Buyer
from tests.chaos.faults import Fault
from tests.chaos.ledger import Balance
from tests.chaos.logs import Logs
from tests.chaos.shop import ChaosShop
from tests.chaos.slo import Slo
from tests.chaos.stream import OrderStream
from tests.chaos.traffic import Request, Traffic


class Scene:
    """
    :param name: of the experiment.
    :param customers: what is special about them, see `OrderStream`.
    :ivar faults: those that have begun.
    :ivar recoveries: for each fault, the seconds from its end until a new order went through.
    """

    def __init__(self, name: str, shop: ChaosShop, slo: Slo, **customers: Any):
        self.name = name
        self.shop = shop
        self.slo = slo
        self.traffic = Traffic()
        self.faults: list[Fault] = []
        self._unended: list[Fault] = []
        self.recoveries: list[float] = []
        self.began_at = self.ended_at = self.over_at = 0.0
        self._audit = Audit(shop)
        self._balance: Balance | None = None
        self.logs = Logs(shop.logs)
        self._newcomers: list[Buyer] = []
        self.stream = OrderStream(
            shop.customers_urls, shop.shop.mails_to, self.traffic, self._audit.products, **customers
        )

    def begin(self, fault: Fault) -> None:
        # Joins before anything is broken, and orders for the first time when it is not any more.
        self._newcomers.append(Buyer(self.shop.shop.urls, self.shop.shop.mails_to, Traffic(), pause=0.1))
        self._newcomers[-1].joins()
        self.faults.append(fault)
        with self._between_orders(fault):
            self.began_at = self.began_at or time.monotonic()
            self.ended_at = time.monotonic()
            self._unended.append(fault)
            fault.begin()

    def end(self) -> None:
        """End every fault that has not ended yet."""
        while self._unended:
            fault = self._unended.pop()
            with self._between_orders(fault):
                fault.end()
            self.ended_at = time.monotonic()

    @contextmanager
    def _between_orders(self, fault: Fault) -> Iterator[None]:
        """Most faults come and go while orders come; some say that they cannot."""
        if getattr(fault, "quietly", False):
            self.stream.pause()
        yield
        self.let_orders_come()

    def let_orders_come(self) -> None:
        self._balance = None
        self.stream.run()

    def let_orders_come_for(self, seconds: float) -> int:
        before = self.stream.orders
        self.let_orders_come()
        time.sleep(seconds)
        return self.stream.orders - before

    def recover(self, *, within: float) -> float:
        """
        Wait until the first order of a new customer goes through, from its placing to the notification of its payment.

        :returns: the seconds since the fault ended.

        :raises AssertionError: none did in time.
        """
        eventually(self._an_order_goes_through, within=within)
        self.over_at = time.monotonic()
        self.recoveries.append(self.over_at - self.ended_at)
        return self.recoveries[-1]

    def _an_order_goes_through(self) -> bool:
        with suppress(StepFailed, requests.RequestException):
            newcomer = self._newcomers[-1]
            order = newcomer.orders(self._audit.products[0])
            newcomer.pays(order)
            eventually(lambda: newcomer.was_told(order), within=20)
            return True
        return False

    @property
    def buyers(self) -> Sequence[Buyer]:
        return [*self.stream.buyers, *self._newcomers]

    @property
    def requests(self) -> Sequence[Request]:
        """Those from the beginning of the first fault until the last was seen to be over, and recovered from."""
        return self.traffic.between(self.began_at, self.over_at or time.monotonic()) if self.began_at else []

    def excess_errors(self) -> list[str]:
        """What failed and should not have, a sentence each."""
        during = self.requests
        other = sum(request.is_error for request in self.traffic.all) - sum(request.is_error for request in during)
        return [
            *self.slo.excess_errors(self.name, during),
            *([f"{other} requests failed while nothing was broken"] if other else []),
        ]

    def balance(self) -> Balance:
        """Let no more orders come, wait until the shop has caught up, and compare; kept until orders come again."""
        if self._balance is None:
            self.stream.pause()
            self._balance = self._audit.settle(self.buyers, within=self.slo.settled_within)
        return self._balance

    def came_late(self) -> tuple[str, ...]:
        """What is lost or doubled now that much time has passed since the end of the experiment."""
        return self._audit.came_late(self.buyers)
