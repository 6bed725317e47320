"""Credentials and tokens."""

from typing import Any

from rest_framework import serializers


class CredentialsSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokensSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires.")


class RefreshSerializer(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(max_length=256)


class SignOutSerializer(serializers.Serializer[Any]):
    refresh_token = serializers.CharField(
        max_length=256, required=False, default="", help_text="Its session is ended too, if it is another one."
    )


class ServiceCredentialsSerializer(serializers.Serializer[Any]):
    client_id = serializers.CharField(max_length=100)
    client_secret = serializers.CharField(max_length=256, trim_whitespace=False)


class ServiceTokenSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds until the token expires.")


class KeySerializer(serializers.Serializer[Any]):
    """A public key (RFC 8037)."""

    kty = serializers.CharField()
    crv = serializers.CharField()
    x = serializers.CharField()
    kid = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()


class KeySetSerializer(serializers.Serializer[Any]):
    """The public keys that tokens can be verified with (RFC 7517)."""

    keys = KeySerializer(many=True)
