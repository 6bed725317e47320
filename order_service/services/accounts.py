"""What changes here when something happens at user_service."""

from datetime import datetime, timedelta

from order_service import wiring
from order_service.clients.users import UserDirectory
from order_service.models import Revocation
from order_service.wiring import Clock

# No access token lives longer (user_service gives 15 minutes); generous, because a row costs nothing.
LONGEST_TOKEN = timedelta(hours=1)


class AccountService:
    """Everything that follows the accounts of user_service."""

    def __init__(self, *, users: UserDirectory | None = None, now: Clock | None = None):
        self.users = users or wiring.user_directory()
        self.now = now or wiring.clock()

    def updated(self, *, user_id: int) -> None:
        """Forget what is held of this user; the next order asks anew."""
        self.users.forget(user_id)

    def deleted(self, *, user_id: int) -> None:
        """
        Let this user's tokens open nothing any more.

        Pending orders are left to run out: nobody can pay them now, and within half an hour they are cancelled.
        """
        Revocation.revoke_user(user_id, self.now() + LONGEST_TOKEN)
        self.users.forget(user_id)

    def token_revoked(self, *, token_id: str, expires_at: datetime) -> None:
        """This token opens nothing here any more."""
        Revocation.revoke_token(token_id, expires_at)
