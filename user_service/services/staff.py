"""Who is staff. Nobody becomes staff over HTTP."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction

from user_service import wiring
from user_service.exceptions import UserNotFoundError
from user_service.models import UserProfile, users_named
from user_service.services.revocation import end_all_sessions
from user_service.services.users import UserService


class StaffService:
    """Makes accounts staff, or customers again."""

    def __init__(self, *, users: UserService | None = None, now: wiring.Clock | None = None) -> None:
        self.users = users or UserService()
        self.now = now or wiring.clock()

    def set_staff(self, *, username: str, is_staff: bool) -> None:
        """
        Give or take the rights of staff, and sign the user out everywhere, so that no token has the old rights.

        :raises UserNotFoundError: there is no such user.
        """
        user = users_named(username).first()
        if user is None:
            raise UserNotFoundError(username)
        self.users.update_user_with_profile(user.pk, {"is_staff": is_staff})

    def ensure_staff(self, *, username: str, password: str) -> bool:
        """Create this active staff account, or correct it; False when it was right. Announces nothing."""
        with transaction.atomic():
            user = users_named(username).first() or User(username=username)
            if user.is_staff and user.is_active and user.check_password(password):
                return False
            user.is_staff = user.is_active = True
            user.password = make_password(password)
            user.save()
            UserProfile.objects.get_or_create(user=user)
            # Somebody may have registered this name: their sessions must not become staff's.
            end_all_sessions(user, now=self.now())
        return True
