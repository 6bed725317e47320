"""What changes here when an account changes at user_service."""

from datetime import datetime, timedelta

from django.db import transaction

from notification_service import wiring
from notification_service.clients import UserDirectory
from notification_service.models import Notification, Recipient, Revocation
from notification_service.services.deliveries import DeliveryService
from notification_service.wiring import Clock

# No access token is valid for longer; user_service gives it 15 minutes.
LONGEST_TOKEN = timedelta(hours=1)


class AccountService:
    """Applies changes of accounts at user_service."""

    def __init__(self, *, users: UserDirectory | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.now = now or wiring.clock()

    def forget_contact(self, *, user_id: int) -> None:
        """Look up name and address again for the next mail."""
        self.users.forget(user_id)

    def update(self, *, user_id: int, is_verified: bool) -> None:
        """Look up name and address again; send the mails that waited, if the address was verified."""
        self.users.forget(user_id)
        if is_verified:
            DeliveryService(users=self.users, now=self.now).send_waiting(user_id=user_id)

    def delete(self, *, user_id: int) -> None:
        """Delete everything of this user, revoke their tokens, and accept no notification for them any more."""
        now = self.now()
        with transaction.atomic():
            Recipient.objects.get_or_create(user_id=user_id)
            # Waits for a notification that is being written, so that it is deleted too.
            Recipient.objects.filter(user_id=user_id, deleted_at=None).update(deleted_at=now)
            Notification.objects.filter(user_id=user_id).delete()
            Revocation.revoke_user(user_id, now + LONGEST_TOKEN)
        self.users.forget(user_id)

    def revoke_token(self, *, token_id: str, expires_at: datetime) -> None:
        """Refuse this token from now on."""
        Revocation.revoke_token(token_id, expires_at)
