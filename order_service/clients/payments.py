"""The payment gateway, an outside service. It charges once for a key, however often it is called."""

from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from requests import Response

from order_service.clients.cards import Card
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


class Outcome(StrEnum):
    """The result of a charge."""

    PAID = "paid"
    DECLINED = "declined"
    REFUNDED = "refunded"


class PaymentGateway(Protocol):
    """
    Each call may raise NeighbourUnavailable: no answer, or an unexpected one.

    The gateway may have done the work all the same. Calling again with the same key is safe and tells.
    """

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:
        """Charge a card. A key that was charged before gives the first outcome again."""
        ...

    def outcome(self, key: UUID) -> Outcome | None:
        """Give the outcome of the charge with this key; None when the gateway has no such charge."""
        ...

    def refund(self, key: UUID) -> None:
        """Refund a paid charge; once, however often it is called."""
        ...


class HttpPaymentGateway:
    """
    A gateway over HTTP.

    POST /charges with Idempotency-Key and {amount, card: {number, expiry_month, expiry_year, cvv}, billing_address},
    GET /charges/{key} and POST /charges/{key}/refund answer 2xx {"status": "paid" | "declined" | "refunded"}; an
    unknown key is 404. The gateway compares the billing address with the one that the card's bank knows.
    """

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:
        body = {
            "amount": f"{amount:.2f}",
            "card": {
                "number": card.number,
                "expiry_month": card.expiry_month,
                "expiry_year": card.expiry_year,
                "cvv": card.cvv,
            },
            "billing_address": dict(card.billing_address),
        }
        headers = {"Idempotency-Key": str(key)}
        return self._outcome(self.neighbour.post("/charges", json=body, headers=headers, idempotent=True))

    def outcome(self, key: UUID) -> Outcome | None:
        response = self.neighbour.get(f"/charges/{key}")
        return None if response.status_code == 404 else self._outcome(response)

    def refund(self, key: UUID) -> None:
        outcome = self._outcome(self.neighbour.post(f"/charges/{key}/refund", json={}, idempotent=True))
        if outcome is not Outcome.REFUNDED:
            raise NeighbourUnavailable(self.neighbour.name, f"answered {outcome} to the refund of {key}")

    def _outcome(self, response: Response) -> Outcome:
        # 4xx too: our request was wrong, which does not mean that the card was declined.
        if response.status_code not in {200, 201}:
            raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")
        answer = self.neighbour.json_object(response).get("status")
        try:
            return Outcome(str(answer))
        except ValueError:
            raise NeighbourUnavailable(self.neighbour.name, "answered with an unknown status") from None


class SandboxGateway:
    """
    A gateway in this process, for development: 4000000000000002 is declined, any other card pays.

    It remembers a limited number of charges, until the process ends.
    """

    DECLINED = "4000000000000002"

    def __init__(self, *, remembers: int = 10_000):
        self.remembers = remembers
        self.charges: dict[UUID, Outcome] = {}

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:  # noqa: ARG002 - no real money
        outcome = Outcome.DECLINED if card.number == self.DECLINED else Outcome.PAID
        # Atomic, also for threads: the first outcome stays.
        outcome = self.charges.setdefault(key, outcome)
        if len(self.charges) > self.remembers:
            self.charges.pop(next(iter(self.charges)), None)
        return outcome

    def outcome(self, key: UUID) -> Outcome | None:
        return self.charges.get(key)

    def refund(self, key: UUID) -> None:
        self.charges[key] = Outcome.REFUNDED
