"""JSON in and out."""

from rest_framework import serializers

from notification_service.models import Notification
from servicekit.base.ids import LARGEST_ID


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    class Meta:
        model = Notification
        fields = ("id", "type", "message", "created_at", "read_at")
        read_only_fields = fields


class UserUpdatedSerializer(serializers.Serializer[None]):
    """A user, and the names of the fields that changed."""

    user_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    changes = serializers.ListField(child=serializers.CharField(max_length=100), max_length=100)
