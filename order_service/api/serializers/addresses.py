"""Postal addresses, of parcels and of cards."""

from typing import Any

from iso3166 import countries_by_alpha2
from rest_framework import serializers


class AddressSerializer(serializers.Serializer[Any]):
    street = serializers.CharField(max_length=200)
    city = serializers.CharField(max_length=100)
    state = serializers.CharField(max_length=100, allow_blank=True, default="")
    zip_code = serializers.CharField(max_length=20)
    country = serializers.ChoiceField(
        choices=sorted(countries_by_alpha2),
        help_text="ISO 3166-1 alpha-2",
        # The default message repeats what was sent, which may be anything, also a card number.
        error_messages={"invalid_choice": "This is not an ISO 3166-1 alpha-2 code."},
    )
