"""Postal addresses, of parcels and of cards."""

from typing import Any

from rest_framework import serializers

from order_service.api.serializers.fields import CountryField


class AddressSerializer(serializers.Serializer[Any]):
    street = serializers.CharField(max_length=200)
    city = serializers.CharField(max_length=100)
    state = serializers.CharField(max_length=100, allow_blank=True, default="")
    zip_code = serializers.CharField(max_length=20)
    country = CountryField(help_text="ISO 3166-1 alpha-2")
