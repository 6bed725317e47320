"""What customers were promised, and what the shop has in the end. balance.py compares them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Promise:
    """
    An order that was accepted, as its customer knows it.

    :param status: the last that the customer was told.
    :param was_paid: whether it was confirmed at some time; None when the customer was not told.
    """

    order_id: int
    customer_id: int
    status: str = "pending"
    was_paid: bool | None = False


@dataclass(frozen=True)
class Order:
    """An order as the shop has it; `pieces` by product."""

    id: int
    customer_id: int
    status: str
    total: Decimal
    pieces: Mapping[int, int]


@dataclass(frozen=True)
class Notification:
    """What a customer was told; of no order, `order_id` is 0."""

    customer_id: int
    type: str
    order_id: int = 0


@dataclass(frozen=True)
class Mail:
    """A mail about an order. The second copy of one has the same Message-ID, and mail systems drop it."""

    order_id: int
    message_id: str


@dataclass(frozen=True)
class Books:
    """What the shop, its payment gateway and its mail server have in the end."""

    orders: Sequence[Order] = ()
    notifications: Sequence[Notification] = ()
    mails: Sequence[Mail] = ()
    stock: Mapping[int, int] = field(default_factory=dict)
    charges: Sequence[Decimal] = ()
    """The amounts that the gateway holds: charged, and not given back."""


@dataclass(frozen=True)
class Balance:
    """What differs, a sentence each."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    """Stock or money that does not add up."""

    @property
    def differences(self) -> tuple[str, ...]:
        return (*self.lost, *self.doubled, *self.wrong)
