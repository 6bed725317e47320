from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers

from order_service.models import Order, OrderLine, Payment, Product


class ProductSerializer(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ("id", "name", "description", "price", "stock_quantity")


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    product_id = serializers.PrimaryKeyRelatedField(source="product", queryset=Product.objects.all())

    class Meta:
        model = OrderLine
        fields = ("product_id", "name", "quantity", "price")
        read_only_fields = ("name", "price")


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    payment_id = serializers.IntegerField(source="id")

    class Meta:
        model = Payment
        fields = ("payment_id", "order_id", "status", "amount", "brand", "last_four")


class OrderSerializer(serializers.ModelSerializer[Order]):
    items = OrderLineSerializer(many=True)
    payment = PaymentSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Order
        fields = ("id", "user_id", "status", "items", "total", "shipping_address", "created_at", "payment")
        read_only_fields = ("status", "total", "created_at")

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Order:
        items = validated_data.pop("items")
        order = Order.objects.create(total=Decimal(0), created_at=timezone.now(), **validated_data)
        for item in items:
            product = Product.objects.select_for_update().get(pk=item["product"].pk)
            if product.stock_quantity < item["quantity"]:
                raise serializers.ValidationError(f"{product.name} is out of stock.")
            product.stock_quantity -= item["quantity"]
            product.save()
            OrderLine.objects.create(
                order=order, product=product, name=product.name, quantity=item["quantity"], price=product.price
            )
            order.total += product.price * item["quantity"]
        order.save()
        return order
