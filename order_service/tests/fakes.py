"""Neighbours for unit tests. They record their calls."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from order_service.clients.cards import Card
from order_service.clients.payments import Outcome, SandboxGateway
from servicekit.base.exceptions import NeighbourUnavailable


class FakeUserDirectory:
    def __init__(self, active: Collection[int] = ()):
        self.active = active
        self.asked: list[int] = []
        self.forgotten: list[int] = []

    def is_active(self, user_id: int) -> bool:
        self.asked.append(user_id)
        return user_id in self.active

    def forget(self, user_id: int) -> None:
        self.forgotten.append(user_id)


class DeadUserDirectory(FakeUserDirectory):
    def is_active(self, user_id: int) -> bool:
        raise NeighbourUnavailable("user_service", "is down")


class FakeGateway(SandboxGateway):
    """
    The sandbox, with failures.

    `is_down`: does nothing and does not answer. `loses_answers`: charges, but does not answer. `is_late`: does not
    answer, and makes the charge when `catches_up` is called.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.loses_answers = False
        self.is_late = False
        self.late: list[tuple[UUID, Decimal, Card]] = []
        self.asked_to_charge: list[tuple[UUID, Decimal, str]] = []

    def charge(self, *, key: UUID, amount: Decimal, card: Card) -> Outcome:
        self._check_up()
        self.asked_to_charge.append((key, amount, card.last_four))
        if self.is_late:
            self.late.append((key, amount, card))
            raise NeighbourUnavailable("payment_gateway", "timed out")
        outcome = super().charge(key=key, amount=amount, card=card)
        if self.loses_answers:
            raise NeighbourUnavailable("payment_gateway", "hung up")
        return outcome

    def outcome(self, key: UUID) -> Outcome | None:
        self._check_up()
        return super().outcome(key)

    def refund(self, key: UUID) -> None:
        self._check_up()
        super().refund(key)

    def catches_up(self) -> None:
        """Make the charges that came late."""
        self.is_late = False
        for key, amount, card in self.late:
            super().charge(key=key, amount=amount, card=card)

    def _check_up(self) -> None:
        if self.is_down:
            raise NeighbourUnavailable("payment_gateway", "is down")
