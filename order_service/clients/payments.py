"""The payment gateway, outside the shop. It charges once for a key, however often it is asked."""

from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from requests import Response

from order_service.clients.cards import Card
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.calls.http import HttpNeighbour


class Outcome(StrEnum):
    """What became of a charge."""

    PAID = "paid"
    DECLINED = "declined"
    REFUNDED = "refunded"


class PaymentGateway(Protocol):
    """
    Each call may raise NeighbourUnavailable: no answer, or none that can be understood.

    After that, nobody knows whether the gateway did it; the same call with the same key finds out.
    """

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:
        """Charge a card; a key that was charged before gets the first outcome again."""
        ...

    def outcome(self, key: UUID) -> Outcome | None:
        """What became of the charge with this key; None when the gateway never heard of it."""
        ...

    def refund(self, key: UUID) -> None:
        """Give the money of a paid charge back; once, however often it is asked."""
        ...


class HttpPaymentGateway:
    """
    A gateway at an address.

    POST /charges {amount, card: {number, exp_month, exp_year, cvv}} with Idempotency-Key, GET /charges/{key} and
    POST /charges/{key}/refund all answer 2xx {"status": "paid" | "declined" | "refunded"}; an unknown key is 404.
    """

    def __init__(self, neighbour: HttpNeighbour):
        self.neighbour = neighbour

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:
        body = {
            "amount": f"{amount:.2f}",
            "card": {
                "number": card.number,
                "exp_month": card.exp_month,
                "exp_year": card.exp_year,
                "cvv": card.cvv,
            },
        }
        headers = {"Idempotency-Key": str(key)}
        return self._outcome(self.neighbour.post("/charges", json=body, headers=headers, idempotent=True))

    def outcome(self, key: UUID) -> Outcome | None:
        response = self.neighbour.get(f"/charges/{key}")
        return None if response.status_code == 404 else self._outcome(response)

    def refund(self, key: UUID) -> None:
        outcome = self._outcome(self.neighbour.post(f"/charges/{key}/refund", json={}, idempotent=True))
        if outcome is not Outcome.REFUNDED:
            raise NeighbourUnavailable(self.neighbour.name, f"left the refund of {key} {outcome}")

    def _outcome(self, response: Response) -> Outcome:
        # A 4xx too: the gateway does not understand us, which says nothing about the customer's card.
        if response.status_code not in {200, 201}:
            raise NeighbourUnavailable(self.neighbour.name, f"answered {response.status_code}")
        answer = self.neighbour.json_object(response).get("status")
        try:
            return Outcome(str(answer))
        except ValueError:
            raise NeighbourUnavailable(self.neighbour.name, "answered with an unknown status") from None


class SandboxGateway:
    """
    A gateway in this process, for trying out: 4000000000000002 is declined, any other card pays.

    Its memory ends with the process, and reaches back a limited number of charges.
    """

    DECLINED = "4000000000000002"

    def __init__(self, *, remembers: int = 10_000):
        self.remembers = remembers
        self.charges: dict[UUID, Outcome] = {}

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:  # noqa: ARG002 - its money is not real
        outcome = Outcome.DECLINED if card.number == self.DECLINED else Outcome.PAID
        # One step for threads, and the first one stays.
        outcome = self.charges.setdefault(key, outcome)
        if len(self.charges) > self.remembers:
            self.charges.pop(next(iter(self.charges)), None)
        return outcome

    def outcome(self, key: UUID) -> Outcome | None:
        return self.charges.get(key)

    def refund(self, key: UUID) -> None:
        self.charges[key] = Outcome.REFUNDED
