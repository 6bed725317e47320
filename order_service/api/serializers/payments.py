"""Bodies that speak of payments. What is wrong with a card is told without the card."""

import re
from typing import Any

from rest_framework import serializers

from order_service import wiring
from order_service.api.serializers.fields import IdField
from order_service.clients.cards import Card, passes_luhn
from order_service.models import Payment

CARD_NUMBER = re.compile(r"[0-9]{12,19}", re.ASCII)


class PaySerializer(serializers.Serializer[Any]):
    order_id = IdField()
    card_number = serializers.CharField(
        write_only=True, max_length=40, help_text="12 to 19 digits; spaces may group them."
    )
    exp_month = serializers.IntegerField(write_only=True, min_value=1, max_value=12)
    exp_year = serializers.IntegerField(write_only=True, min_value=2000, max_value=2099)
    cvv = serializers.RegexField(r"^[0-9]{3,4}$", write_only=True)

    def validate_card_number(self, text: str) -> str:
        number = text.replace(" ", "")
        if not CARD_NUMBER.fullmatch(number) or not passes_luhn(number):
            raise serializers.ValidationError("This is not a card number.")
        return number

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        card = Card(
            number=attrs["card_number"], exp_month=attrs["exp_month"], exp_year=attrs["exp_year"], cvv=attrs["cvv"]
        )
        if card.has_expired(today=wiring.clock()().date()):
            raise serializers.ValidationError({"exp_year": ["This card has expired."]})
        return {"order_id": attrs["order_id"], "card": card}


class PaymentSerializer(serializers.Serializer[Payment]):
    payment_id = serializers.IntegerField(source="pk")
    order_id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=[Payment.Status.COMPLETED.value, Payment.Status.DECLINED.value])
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    brand = serializers.CharField()
    last_four = serializers.CharField()
