"""Requests about account mails."""

from typing import Any

from rest_framework import serializers


class MailTokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=256, help_text="The token of the link in the mail.")


class ResetRequestSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)

    def validate_email(self, value: str) -> str:
        if not value.isascii():  # as in accounts
            raise serializers.ValidationError("Enter an e-mail address of ASCII characters.")
        return value


class NewPasswordSerializer(MailTokenSerializer):
    password = serializers.CharField(max_length=128, trim_whitespace=False)
