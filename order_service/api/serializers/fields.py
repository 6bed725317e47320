"""Kinds of values that several bodies have."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from servicekit.base.ids import LARGEST_ID

CENT = Decimal("0.01")


class IdField(serializers.IntegerField):
    """What a 64-bit primary key can be."""

    def __init__(self, **options: Any):
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


class PriceField(serializers.DecimalField):
    """Money travels as text with two decimals: a float could not carry it."""

    def __init__(self, **options: Any):
        super().__init__(max_digits=10, decimal_places=2, min_value=CENT, **options)
