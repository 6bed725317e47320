"""A payment card, on its way to the gateway and nowhere else."""

import re
from dataclasses import dataclass, field
from datetime import date

# Issuer identification numbers (ISO/IEC 7812), as far as their brands are worth telling apart.
BRANDS = {
    "visa": r"4",
    "mastercard": r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720",
    "amex": r"3[47]",
    "discover": r"6011|64[4-9]|65",
}


def passes_luhn(number: str) -> bool:
    """The check digit is right (ISO/IEC 7812-1, annex B): most mistyped numbers are not."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


@dataclass(frozen=True)
class Card:
    """What the gateway needs. Number and cvv are never stored nor logged, so they are not in the repr either."""

    number: str = field(repr=False)
    exp_month: int
    exp_year: int
    cvv: str = field(repr=False)

    @property
    def brand(self) -> str:
        return next((brand for brand, start in BRANDS.items() if re.match(start, self.number)), "other")

    @property
    def last_four(self) -> str:
        return self.number[-4:]

    def has_expired(self, *, today: date) -> bool:
        """A card is good until the last day of its month."""
        return (self.exp_year, self.exp_month) < (today.year, today.month)
