"""
Every subject and sentence of notifications and mails.

The greeting is added when the mail is sent, because the name is looked up then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

SIGNATURE = "Your shop"
# Also those for bidirectional text, which can make a text look like another one.
CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

CANCELLATION_REASONS = {
    "customer": "as you asked",
    "staff": "by the shop",
    "declined": "because the payment was declined",
    "unpaid": "because it was not paid in time",
}


@dataclass(frozen=True)
class Text:
    """The mail's subject, the notification's message, and details for the mail only."""

    subject: str
    message: str
    details: str = ""

    @property
    def body(self) -> str:
        return "\n\n".join(part for part in (self.message, self.details) if part)


@dataclass(frozen=True)
class Item:
    name: str
    quantity: int
    price: Decimal


def welcome(*, name: str) -> Text:
    return Text(
        subject="Welcome to the shop",
        message=f"Welcome to the shop, {one_line(name)}.",
        details="Your account is ready: sign in and have a look around.",
    )


def order_placed(*, order_id: int, total: Decimal, items: Sequence[Item], placed_at: datetime) -> Text:
    return Text(
        subject=f"Your order {order_id}",
        message=f"Your order {order_id} was placed: {money(total)}.",
        details="\n".join([f"Placed on {moment(placed_at)}.", *map(_line, items)]),
    )


def order_confirmed(*, order_id: int, total: Decimal, confirmed_at: datetime) -> Text:
    return Text(
        subject=f"Your order {order_id} is confirmed",
        message=f"Your order {order_id} is confirmed: {money(total)}.",
        details=f"Paid on {moment(confirmed_at)}. Thank you.",
    )


def order_shipped(*, order_id: int, shipped_at: datetime) -> Text:
    return Text(
        subject=f"Your order {order_id} was shipped",
        message=f"Your order {order_id} was shipped.",
        details=f"Shipped on {moment(shipped_at)}.",
    )


def order_cancelled(*, order_id: int, reason: str, cancelled_at: datetime) -> Text:
    why = CANCELLATION_REASONS.get(reason)  # an unknown reason is left out
    return Text(
        subject=f"Your order {order_id} is cancelled",
        message=f"Your order {order_id} was cancelled {why}." if why else f"Your order {order_id} was cancelled.",
        details=f"Cancelled on {moment(cancelled_at)}.",
    )


def mail_body(*, name: str, text: str) -> str:
    """A text with its greeting and signature."""
    return f"Hello {one_line(name)},\n\n{text}\n\n{SIGNATURE}\n"


def money(amount: Decimal) -> str:
    """1234.5 -> "1,234.50"."""
    return f"{amount:,.2f}"


def moment(when: datetime) -> str:
    """Day and minute in UTC: the reader's time zone is not known."""
    utc = when.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def one_line(text: str) -> str:
    """Replace line breaks and other control characters, which a user's name may contain, by single spaces."""
    return CONTROLS.sub(" ", text).strip()


def _line(item: Item) -> str:
    return f"  {item.quantity} x {one_line(item.name)}, {money(item.price)} each"
