"""Request and response bodies of products."""

from rest_framework import serializers

from order_service.api.serializers.fields import PriceField, WholeNumberField
from order_service.models import Product


class ProductSerializer(serializers.Serializer[Product]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=5000, allow_blank=True, default="")
    price = PriceField()
    stock_quantity = WholeNumberField(min_value=0, max_value=2**31 - 1, default=0)
