"""What changes here when an account changes at user_service."""

from datetime import datetime, timedelta

from django.db import transaction

from notification_service import wiring
from notification_service.clients import UserDirectory
from notification_service.models import Notification, Recipient, Revocation
from notification_service.wiring import Clock

# No access token lives longer (user_service gives 15 minutes); generous, because a row costs nothing.
LONGEST_TOKEN = timedelta(hours=1)


class AccountService:
    """Everything that follows the accounts of user_service."""

    def __init__(self, *, users: UserDirectory | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.now = now or wiring.clock()

    def updated(self, *, user_id: int) -> None:
        """Forget name and address; the next mail asks anew."""
        # No notice that the address changed: we only know the new one, and the wrong person would read it.
        self.users.forget(user_id)

    def deleted(self, *, user_id: int) -> None:
        """Forget all of this user, for good; their tokens open nothing here."""
        now = self.now()
        with transaction.atomic():
            recipient = Recipient.objects.locked(user_id)
            recipient.deleted_at = recipient.deleted_at or now
            recipient.save()
            Notification.objects.filter(user_id=user_id).delete()
            Revocation.revoke_user(user_id, now + LONGEST_TOKEN)
        self.users.forget(user_id)

    def token_revoked(self, *, token_id: str, expires_at: datetime) -> None:
        """This token opens nothing here any more."""
        Revocation.revoke_token(token_id, expires_at)
