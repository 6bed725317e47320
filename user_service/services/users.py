"""Accounts with their profiles."""

from collections.abc import Collection, Sequence

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction

from servicekit.messages import outbox
from user_service import cache, wiring
from user_service.clients import ProfileListener
from user_service.events import UserDeleted
from user_service.exceptions import UserNotFoundError, WrongPassword
from user_service.hashers import make_passwords
from user_service.models import AccountMail, UserProfile
from user_service.services.account_mails import queue_mail
from user_service.services.addresses import address_changed
from user_service.services.announcements import NOTIFY_PROFILE_UPDATE, announce_change
from user_service.services.creation import insert_accounts, name_conflicts
from user_service.services.revocation import end_all_sessions
from user_service.services.validation import NewAccount, UserData, flatten, set_fields


class UserService:
    """
    Creates, changes and deletes accounts.

    `user_data` has `username email password first_name last_name is_active is_staff`, and `bio birth_date
    phone_number` beside them or in `profile_data`. The e-mail address may be missing; only the API requires one.
    """

    def __init__(self, *, listeners: Sequence[ProfileListener] | None = None, now: wiring.Clock | None = None) -> None:
        self.listeners = wiring.profile_listeners() if listeners is None else listeners
        self.now = now or wiring.clock()

    def get_user_by_id(self, id: int) -> User:  # noqa: A002 - the name that callers know
        """
        Give a user with the profile, perhaps from the cache: at most five minutes old, and removed on every change.

        :raises UserNotFoundError: there is no such user.
        """
        user = cache.load(id)
        if user is None:
            user = User.objects.select_related("profile").defer("password").filter(pk=id).first()
            if user is None:
                raise UserNotFoundError(id)
            cache.store(user)
        return user

    def create_user(self, user_data: UserData) -> User:
        """Create an account with a profile, as `create_user_with_profile` does."""
        return self.create_user_with_profile(user_data)

    def create_user_with_profile(self, user_data: UserData) -> User:
        """
        Create an account with its profile, announce it, and send a link to verify the address; all or nothing.

        :raises InvalidUserData: names every invalid field, with all reasons.
        :raises UsernameTaken: another account has it; the database decides.
        """
        account = NewAccount.of(user_data)
        password = make_password(account.password)
        with transaction.atomic():
            [user] = insert_accounts([account], passwords=[password])
            if user.email:
                queue_mail(AccountMail.Kind.VERIFY, to=user.email, user=user, now=self.now())
        return user

    def create_users_bulk(self, users_data: Sequence[UserData]) -> list[User]:
        """
        Create many accounts, in the order given; all or nothing. Passwords are hashed on every core.

        No mails are sent: their users ask for the link when they need it.

        :raises InvalidUserData: names every invalid field, as in `users[3].email`.
        :raises UsernameTaken: another account has it, or the list has it twice.
        """
        accounts = NewAccount.of_each(users_data)
        return insert_accounts(accounts, passwords=make_passwords([each.password for each in accounts]))

    def update_user_with_profile(self, id: int, user_data: UserData) -> User:  # noqa: A002
        """
        Save and announce what changed. Deactivation, a new password and new rights end all sessions of the user.

        :param user_data: only what should change. A `current_password`, if given, must be the right one.
        :raises UserNotFoundError: there is no such user.
        :raises InvalidUserData: names every invalid field; nothing is changed.
        :raises WrongPassword: `current_password` is wrong.
        :raises UsernameTaken: another account has it.
        """
        data = flatten(user_data)
        with name_conflicts(), transaction.atomic():
            user = _locked(id)
            profile = UserProfile.objects.filter(user=user).first() or UserProfile(user=user)
            if "current_password" in data and not user.check_password(data["current_password"]):
                raise WrongPassword
            changes = set_fields(user, profile, data)
            if "password" in changes:
                user.password = make_password(data["password"])
            if "email" in changes:
                address_changed(user, profile, now=self.now())
            if changes:
                user.save()
                profile.save()
                if not {"password", "is_staff"}.isdisjoint(changes) or not user.is_active:
                    end_all_sessions(user, now=self.now())
                announce_change(user, changes)
        user.profile = profile
        return user

    def delete_user(self, id: int) -> None:  # noqa: A002
        """
        Delete the account with all its data. Its user name and e-mail address can be registered again.

        :raises UserNotFoundError: there is no such user.
        """
        with transaction.atomic():
            user = _locked(id)
            end_all_sessions(user, now=self.now())
            user.delete()
            outbox.record(UserDeleted(user_id=id))
            outbox.command(NOTIFY_PROFILE_UPDATE, user_id=id, changes=["deleted"])

    def notify_profile_update(self, id: int, changes: Collection[str]) -> bool:  # noqa: A002
        """
        Tell the other services by REST which fields of a user changed, so that they drop their copies.

        :param changes: names of fields; of a mapping, its keys. Values are not sent.
        :return: True when every service accepted. If not, call again: repeated calls do no harm.
        """
        # A list, so that every service is told, also when the first one refuses.
        accepted = [listener.tell(user_id=id, changes=sorted(changes)) for listener in self.listeners]
        return all(accepted)


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise UserNotFoundError(user_id)
    return user
