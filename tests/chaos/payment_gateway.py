"""A payment gateway for tests, as order_service/clients/payments.py describes it: it records charges and refunds."""

import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from scripts.shop.customer import DECLINED_CARD
from tests.support.fake_server import FakeServer, Request

Answer = tuple[int, Any]
SLOW_SECONDS = 2.0  # the shop waits longer
TOO_SLOW_SECONDS = 10.0  # the shop does not


class PaymentGateway(FakeServer):
    """Charges once for a key, however often it is asked. How it behaves is one of its methods, by name."""

    def __init__(self) -> None:
        super().__init__()
        self._charges: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()
        self._late_seconds = 25.0
        self.behaviour = "normal"

    def behave(self, behaviour: str, *, late_seconds: float = 25.0) -> None:
        """:param behaviour: normal, slow, silent, late, failing or generous."""
        self.behaviour, self._late_seconds = behaviour, late_seconds

    def held(self) -> list[Decimal]:
        """The amounts that were charged and not given back."""
        with self._lock:
            return [Decimal(charge["amount"]) for charge in self._charges.values() if charge["status"] == "paid"]

    def clear(self) -> None:
        with self._lock:
            self._charges.clear()

    def normal(self, work: Callable[[], Answer]) -> Answer:
        return work()

    def slow(self, work: Callable[[], Answer]) -> Answer:
        """Answer late, but in time."""
        time.sleep(SLOW_SECONDS)
        return work()

    def silent(self, work: Callable[[], Answer]) -> Answer:
        """Do what is asked, and do not answer in time."""
        answer = work()
        time.sleep(TOO_SLOW_SECONDS)
        return answer

    def late(self, work: Callable[[], Answer]) -> Answer:
        """Do not answer in time, and do what is asked long after that."""
        timer = threading.Timer(self._late_seconds, work)
        timer.daemon = True
        timer.start()
        time.sleep(TOO_SLOW_SECONDS)
        return 503, {}

    def failing(self, _: Callable[[], Answer]) -> Answer:
        """Do nothing, and answer with an error."""
        return 500, {}

    def generous(self, _: Callable[[], Answer]) -> Answer:
        """Do nothing, and answer 200 to everything."""
        return 200, {"status": "paid"}

    def answer(self, request: Request) -> Answer:
        # What is only looked up is never late: the gateway knows nothing of a charge that it has not made yet.
        behaviour = "normal" if self.behaviour == "late" and request.method == "GET" else self.behaviour
        answer: Answer = getattr(self, behaviour)(lambda: self._work(request))
        return answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who no longer wait for the answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def _work(self, request: Request) -> Answer:
        with self._lock:
            match request.path:
                case ["charges"]:
                    status = "declined" if request.body["card"]["number"] == DECLINED_CARD else "paid"
                    new = {"status": status, "amount": request.body["amount"]}
                    return 201, dict(self._charges.setdefault(request.headers["Idempotency-Key"], new))
                case ["charges", key] if key in self._charges:
                    return 200, dict(self._charges[key])
                case ["charges", key, "refund"] if key in self._charges:
                    self._charges[key]["status"] = "refunded"
                    return 200, dict(self._charges[key])
                case _:
                    return 404, {}
