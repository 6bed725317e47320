"""Request and response bodies of payments. No error message repeats what was sent: it may be a card number."""

import re
from typing import Any

from rest_framework import serializers

from order_service import wiring
from order_service.api.serializers.addresses import AddressSerializer
from order_service.api.serializers.fields import IdField, MonthField, YearField
from order_service.clients.cards import Card, passes_luhn
from order_service.models import Payment
from order_service.services.backlog import Backlog

CARD_NUMBER = re.compile(r"[0-9]{12,19}", re.ASCII)


class CardDetailsSerializer(serializers.Serializer[Any]):
    card_number = serializers.CharField(
        source="number", max_length=40, help_text="12 to 19 digits; spaces may group them."
    )
    expiry_month = MonthField()
    expiry_year = YearField()
    cvv = serializers.RegexField(r"^[0-9]{3,4}$")

    def validate_card_number(self, text: str) -> str:
        number = text.replace(" ", "")
        if not CARD_NUMBER.fullmatch(number) or not passes_luhn(number):
            raise serializers.ValidationError("This is not a card number.")
        return number


class PaySerializer(serializers.Serializer[Any]):
    order_id = IdField()
    payment_method = serializers.ChoiceField(
        choices=["credit_card"], error_messages={"invalid_choice": "The only payment method is credit_card."}
    )
    card_details = CardDetailsSerializer()
    billing_address = AddressSerializer()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        card = Card(**attrs["card_details"], billing_address=attrs["billing_address"])
        if card.has_expired(today=wiring.clock()().date()):
            raise serializers.ValidationError({"card_details": {"expiry_year": ["This card has expired."]}})
        return {"order_id": attrs["order_id"], "card": card}


class PaymentSerializer(serializers.Serializer[Payment]):
    payment_id = serializers.IntegerField(source="pk")
    order_id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    brand = serializers.CharField()
    last_four = serializers.CharField()


class BacklogSerializer(serializers.Serializer[Backlog]):
    name = serializers.CharField()
    count = serializers.IntegerField()
    oldest = serializers.DateTimeField(allow_null=True)
    is_stuck = serializers.BooleanField(help_text="The oldest has waited for over an hour: somebody must look.")
