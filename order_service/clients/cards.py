"""A payment card, as the gateway needs it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# How card numbers begin: issuer identification numbers (ISO/IEC 7812).
BRANDS = {
    "visa": r"4",
    "mastercard": r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720",
    "amex": r"3[47]",
    "discover": r"6011|64[4-9]|65",
}


def passes_luhn(number: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B); it is wrong in most mistyped numbers."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


@dataclass(frozen=True)
class Card:
    """
    A card and the address that its bank knows. Only brand and last four digits are stored.

    Number, cvv and address must not be logged, so the repr leaves them out.
    """

    number: str = field(repr=False)
    expiry_month: int
    expiry_year: int
    cvv: str = field(repr=False)
    billing_address: Mapping[str, str] = field(repr=False)

    @property
    def brand(self) -> str:
        return next((brand for brand, start in BRANDS.items() if re.match(start, self.number)), "other")

    @property
    def last_four(self) -> str:
        return self.number[-4:]

    def has_expired(self, *, today: date) -> bool:
        """A card is valid until the last day of its expiry month."""
        return (self.expiry_year, self.expiry_month) < (today.year, today.month)
