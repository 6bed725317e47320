"""Field types that several bodies share."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from servicekit.base.ids import LARGEST_ID

CENT = Decimal("0.01")


class IdField(serializers.IntegerField):
    """A 64-bit primary key."""

    def __init__(self, **options: Any):
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


class PriceField(serializers.DecimalField):
    """Text with two decimals, at least one cent: a float cannot hold every amount exactly."""

    def __init__(self, **options: Any):
        super().__init__(max_digits=10, decimal_places=2, min_value=CENT, **options)
