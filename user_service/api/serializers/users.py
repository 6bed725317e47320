"""Accounts."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework import serializers

from servicekit.auth.callers import caller
from user_service.models import has_proven_address


class EmptyAsNullField(serializers.CharField):
    """A text that is null in the answer when it is empty."""

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return super().to_representation(value) or None


class UserSerializer(serializers.Serializer[User]):
    """An account with its profile, without the password."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    email = serializers.CharField()
    email_verified = serializers.SerializerMethodField(
        help_text="The owner has followed a link in a mail to this address; only then other mails go there."
    )
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField(source="date_joined")
    bio = EmptyAsNullField(source="profile.bio", allow_null=True, default=None)
    birth_date = serializers.DateField(source="profile.birth_date", allow_null=True, default=None)
    phone_number = EmptyAsNullField(source="profile.phone_number", allow_null=True, default=None)

    def get_email_verified(self, user: User) -> bool:
        return has_proven_address(user)


class ListedUserSerializer(UserSerializer):
    """An account in a list. Only staff and services get e-mail address, its state, birth date and phone number."""

    email = serializers.CharField(required=False)
    birth_date = serializers.DateField(source="profile.birth_date", allow_null=True, required=False)
    phone_number = EmptyAsNullField(source="profile.phone_number", allow_null=True, required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        reader = caller(self.context["request"])
        # The schema, which is made without a caller, has all fields.
        is_for_schema = getattr(self.context["view"], "swagger_fake_view", False)
        if not (reader.is_staff or reader.is_service or is_for_schema):
            for private in ("email", "email_verified", "birth_date", "phone_number"):
                del fields[private]
        return fields


class ProfileDataSerializer(serializers.Serializer[Any]):
    """The profile, all of it optional."""

    bio = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=2000)
    birth_date = serializers.DateField(required=False, allow_null=True)
    phone_number = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=16, help_text="E.164, as in +493012345678."
    )


class AccountDataSerializer(ProfileDataSerializer):
    """An account. The fields of the profile may be beside the others or in `profile_data`."""

    username = serializers.CharField(max_length=150, help_text="Letters A-Z, digits and @ . + - _")
    email = serializers.EmailField(max_length=254)
    first_name = serializers.CharField(required=False, allow_blank=True, max_length=150)
    last_name = serializers.CharField(required=False, allow_blank=True, max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    profile_data = ProfileDataSerializer(required=False)


class NewUserSerializer(AccountDataSerializer):
    """A new account."""


class UserChangesSerializer(AccountDataSerializer):
    """Fields to change. Only staff may change `username` and `is_active`."""

    is_active = serializers.BooleanField(required=False)
    current_password = serializers.CharField(
        max_length=128,
        trim_whitespace=False,
        required=False,
        write_only=True,
        help_text="The current password; required to change your own password or e-mail address.",
    )
