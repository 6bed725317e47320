"""Field types that several bodies share."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from iso3166 import countries_by_alpha2
from rest_framework import serializers

from servicekit.base.ids import LARGEST_ID

CENT = Decimal("0.01")
DIGITS = re.compile(r"-?[0-9]+")
AMOUNT = re.compile(r"-?[0-9]*\.?[0-9]*")


class WholeNumberField(serializers.IntegerField):
    """A number, or decimal digits as text. Python also reads "1_0" and digits of other scripts as numbers."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and not DIGITS.fullmatch(data.strip()):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdField(WholeNumberField):
    """A 64-bit primary key."""

    def __init__(self, **options: Any):
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


class PriceField(serializers.DecimalField):
    """Text with two decimals, at least one cent: a float cannot hold every amount exactly."""

    def __init__(self, **options: Any):
        super().__init__(max_digits=10, decimal_places=2, min_value=CENT, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, str) and not AMOUNT.fullmatch(data.strip()):
            self.fail("invalid")
        return super().to_internal_value(data)


def _number_or_text(minimum: int, maximum: int, pattern: str) -> dict[str, Any]:
    number = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return {"oneOf": [number, {"type": "string", "pattern": pattern}]}


@extend_schema_field(_number_or_text(1, 12, "^(0?[1-9]|1[0-2])$"))
class MonthField(WholeNumberField):
    """A month, as a number or as text: 5, "5" or "05"."""

    def __init__(self, **options: Any):
        super().__init__(min_value=1, max_value=12, **options)


@extend_schema_field(_number_or_text(2000, 2099, "^20[0-9]{2}$"))
class YearField(WholeNumberField):
    """A year with four digits, as a number or as text."""

    def __init__(self, **options: Any):
        super().__init__(min_value=2000, max_value=2099, **options)


@extend_schema_field({"type": "string", "enum": sorted(countries_by_alpha2)})
class CountryField(serializers.Field[str, Any, str, Any]):
    """An ISO 3166-1 alpha-2 code. A ChoiceField would copy its 249 choices for each request."""

    default_error_messages: ClassVar = {"unknown": "This is not an ISO 3166-1 alpha-2 code."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in countries_by_alpha2:
            self.fail("unknown")
        return data

    def to_representation(self, value: str) -> str:
        return value
