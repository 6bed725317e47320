"""A payment gateway as clients/payments.py describes it, served by the test's process."""

from decimal import Decimal
from typing import Any

from order_service.clients.payments import SandboxGateway
from tests.support.fake_server import FakeServer, HeldCall, Request


class FakeGateway(FakeServer):
    """Charges once for a key, however often it is called; can keep a caller waiting, or answer 503."""

    def __init__(self) -> None:
        super().__init__()
        self._charges: dict[str, dict[str, str]] = {}
        self._held: list[HeldCall] = []
        self._busy = 0

    def holds(self) -> HeldCall:
        """Keep the next charge waiting, before it is made."""
        self._held.append(HeldCall())
        return self._held[-1]

    def is_busy(self, *, times: int) -> None:
        """Answer the next requests, so many, with 503."""
        self._busy = times

    def charges_of(self, amount: Decimal) -> list[str]:
        """The state of each charge of this amount; each test uses other amounts."""
        return [each["status"] for each in self._charges.values() if each["amount"] == f"{amount:.2f}"]

    def answer(self, request: Request) -> tuple[int, Any]:
        if self._busy:
            self._busy -= 1
            return 503, {}
        match request.path:
            case ["charges"]:
                return 201, self._charge(request.headers["Idempotency-Key"], request.body)
            case ["charges", key] if key in self._charges:
                return 200, self._charges[key]
            case ["charges", key, "refund"] if key in self._charges:
                self._charges[key]["status"] = "refunded"
                return 200, self._charges[key]
            case _:
                return 404, {}

    def _charge(self, key: str, wanted: Any) -> dict[str, str]:
        if self._held:
            self._held.pop().hold()
        status = "declined" if wanted["card"]["number"] == SandboxGateway.DECLINED else "paid"
        return self._charges.setdefault(key, {"status": status, "amount": wanted["amount"]})
