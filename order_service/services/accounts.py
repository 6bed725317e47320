"""Changes of accounts at user_service."""

from datetime import datetime, timedelta

from django.db import transaction

from order_service import wiring
from order_service.clients.users import UserDirectory
from order_service.models import Revocation
from order_service.services.orders import OrderService
from order_service.wiring import Clock

# Longer than any access token is valid; user_service issues them for 15 minutes.
LONGEST_TOKEN = timedelta(hours=1)


class AccountService:
    """Handles what user_service tells about its accounts."""

    def __init__(self, *, users: UserDirectory | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.now = now or wiring.clock()

    def updated(self, *, user_id: int) -> None:
        """Remove this user from the cache, so that the next order asks user_service."""
        self.users.forget(user_id)

    def deleted(self, *, user_id: int) -> None:
        """Reject this user's tokens from now on, and cancel the orders that are not paid."""
        with transaction.atomic():
            Revocation.revoke_user(user_id, self.now() + LONGEST_TOKEN)
            OrderService(users=self.users, now=self.now).cancel_orders_of_deleted_user(user_id=user_id)
        self.users.forget(user_id)

    def token_revoked(self, *, token_id: str, expires_at: datetime) -> None:
        """Reject this token from now on."""
        Revocation.revoke_token(token_id, expires_at)
