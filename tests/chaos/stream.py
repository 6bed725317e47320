"""A stream of orders: customers who order, pay, are declined, and change their mind, as long as it runs."""

import itertools
import threading
import time
from collections.abc import Mapping, Sequence

from scripts.shop.client import Json, StepFailed
from scripts.shop.customer import DECLINED_CARD
from tests.chaos.buyer import PAUSE_SECONDS, Buyer, Mails, NoAnswer
from tests.chaos.traffic import Traffic

BUYERS = 6  # at the same time
ORDERS_EACH = 20


class OrderStream:
    """
    Starts paused; a context manager that ends its threads.

    :param newcomers: so many of the buyers leave after each order, and new customers come; the others stay for 20.
    :param refunds: whether buyers cancel what they have paid.
    :param impatient: buyers whose payment gets no answer do not ask again, but cancel the order.
    :ivar failures: what buyers were answered that no fault excuses, and whom nobody answered.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        mails: Mails,
        traffic: Traffic,
        products: Sequence[Json],
        *,
        newcomers: int = 0,
        refunds: bool = True,
        impatient: bool = False,
    ):
        self._urls = urls
        self._mails = mails
        self._traffic = traffic
        self._products = products
        self._refunds = refunds
        self._impatient = impatient
        self._numbers = itertools.count()
        self.buyers: list[Buyer] = []
        self._changed = threading.Condition()
        self._running = self._ended = False
        self._busy = 0
        self._threads = [
            threading.Thread(target=self._work, args=[1 if number < newcomers else ORDERS_EACH])
            for number in range(BUYERS)
        ]
        self.failures: list[str] = []

    def __enter__(self) -> "OrderStream":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def run(self) -> None:
        with self._changed:
            self._running = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Begin nothing new, and wait until what was begun is answered."""
        with self._changed:
            self._running = False
            self._changed.wait_for(lambda: not self._busy)

    def wait_for_orders(self, count: int, *, within: float) -> bool:
        """Wait until so many more orders are placed."""
        deadline = time.monotonic() + within
        wanted = self.orders + count
        while self.orders < wanted and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.orders >= wanted

    @property
    def orders(self) -> int:
        return sum(len(buyer.promises) for buyer in list(self.buyers))

    def _work(self, orders_each: int) -> None:
        buyer = None
        while self._may_begin():
            try:
                if buyer is None or len(buyer.promises) >= orders_each:
                    buyer = self._new_buyer()
                self._serve(buyer, next(self._numbers))
            except (NoAnswer, StepFailed, LookupError, ValueError) as failure:
                self.failures.append(f"{type(failure).__name__}: {failure}")
                time.sleep(PAUSE_SECONDS)
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _may_begin(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._running or self._ended)
            self._busy += not self._ended
            return not self._ended

    def _new_buyer(self) -> Buyer:
        buyer = Buyer(self._urls, self._mails, self._traffic)
        buyer.joins()
        self.buyers.append(buyer)
        return buyer

    def _serve(self, buyer: Buyer, number: int) -> None:
        """Seven of ten orders are paid for and kept."""
        order = buyer.orders(self._products[number % len(self._products)], quantity=1 + number % 3)
        match number % 10:
            case 3:
                buyer.pays(order, card=DECLINED_CARD)
            case 6:
                buyer.cancels(order)
            case 8 if self._refunds:
                buyer.pays(order)
                buyer.cancels(order)
            case _ if self._impatient:
                buyer.pays_or_cancels(order)
            case _:
                buyer.pays(order)
