"""Request body of user_service's notice."""

from typing import Any

from rest_framework import serializers

from order_service.api.serializers.fields import IdField


class UserUpdatedSerializer(serializers.Serializer[Any]):
    user_id = IdField()
    changes = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=100, help_text="Names of the changed fields."
    )
