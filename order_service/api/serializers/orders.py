"""Request and response bodies of orders."""

from typing import Any

from rest_framework import serializers

from order_service.api.serializers.addresses import AddressSerializer
from order_service.api.serializers.fields import IdField, PriceField, WholeNumberField
from order_service.api.serializers.payments import PaymentSerializer
from order_service.models import Order, OrderLine

MAX_LINES = 50
MAX_PIECES = 1000


class LineSerializer(serializers.Serializer[Any]):
    product_id = IdField()
    quantity = WholeNumberField(min_value=1, max_value=MAX_PIECES)
    price = PriceField(
        required=False, help_text="The price that was seen. The catalogue sets it: another one is 409 PRICE_CHANGED."
    )


class PlaceOrderSerializer(serializers.Serializer[Any]):
    user_id = IdField(help_text="Your own.")
    items = serializers.ListField(child=LineSerializer(), min_length=1, max_length=MAX_LINES)
    shipping_address = AddressSerializer()

    def validate_items(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({item["product_id"] for item in items}) < len(items):
            raise serializers.ValidationError("A product is listed twice; give it one line with all its pieces.")
        return items


class OrderLineSerializer(serializers.Serializer[OrderLine]):
    product_id = serializers.IntegerField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    price = PriceField()


class OrderSerializer(serializers.Serializer[Order]):
    id = serializers.IntegerField()
    user_id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    items = OrderLineSerializer(many=True, source="lines")
    total = serializers.DecimalField(max_digits=16, decimal_places=2)
    shipping_address = AddressSerializer()
    created_at = serializers.DateTimeField()
    payment = PaymentSerializer(source="payment_or_none", allow_null=True)
