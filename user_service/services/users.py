"""Everything that changes an account."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from servicekit.messages import outbox
from user_service import cache, wiring
from user_service.clients import ProfileListener
from user_service.events import UserDeleted, UserRegistered, UserUpdated
from user_service.exceptions import EmailTaken, InvalidUserData, UsernameTaken, UserNotFoundError, WrongPassword
from user_service.hashers import make_passwords
from user_service.models import UserProfile, users_named
from user_service.services import drafts
from user_service.services.drafts import Draft
from user_service.services.ending import end_sessions_of

NOTIFY_PROFILE_UPDATE: Final = "user_service.notify_profile_update"
"""The task that tells the neighbours. By its name, for services do not know Celery."""

UserData = Mapping[str, Any]


class UserService:
    """
    Accounts and their profiles.

    `user_data` has `username email password first_name last_name is_active is_staff`, and `bio birth_date
    phone_number` beside them or in a `profile_data` of their own. An account that is opened without an e-mail
    address cannot be written to; the API asks for one.
    """

    def __init__(self, *, listeners: Sequence[ProfileListener] | None = None, now: wiring.Clock | None = None) -> None:
        self.listeners = wiring.profile_listeners() if listeners is None else listeners
        self.now = now or wiring.clock()

    def get_user_by_id(self, id: int) -> User:  # noqa: A002 - the name that callers know
        """
        Give a user with the profile. A copy may be kept for five minutes; it is forgotten on every change.

        :raises UserNotFoundError: nobody has this id.
        """
        user = cache.recall(id)
        if user is None:
            user = User.objects.select_related("profile").defer("password").filter(pk=id).first()
            if user is None:
                raise UserNotFoundError(id)
            cache.remember(user)
        return user

    def create_user(self, user_data: UserData) -> User:
        """Open an account; its profile is empty, unless `user_data` says something of it."""
        return self.create_user_with_profile(user_data)

    def create_user_with_profile(self, user_data: UserData) -> User:
        """
        Open an account with its profile and announce it; all or nothing.

        :raises InvalidUserData: with every field that breaks a rule.
        :raises UsernameTaken, EmailTaken: somebody was first; the database decides who.
        """
        draft = Draft.of(user_data)
        [user] = _open([draft], passwords=[make_password(draft.password)])
        return user

    def create_users_bulk(self, users_data: Sequence[UserData]) -> list[User]:
        """
        Open many accounts in one go, in the order given; all or nothing. Passwords are hashed on every core.

        :raises InvalidUserData: with every field that breaks a rule, as in `users[3].email`.
        :raises UsernameTaken, EmailTaken: one of the names is taken, or stands in the list twice.
        """
        new = _each_draft(users_data)
        return _open(new, passwords=make_passwords([each.password for each in new]))

    def update_user_with_profile(self, id: int, user_data: UserData) -> User:  # noqa: A002
        """
        Change what differs and announce it. Who is deactivated, or has a new password, is signed out everywhere.

        :param user_data: only what should change. With a `current_password`, that must be right.
        :raises UserNotFoundError: nobody has this id.
        :raises InvalidUserData: with every field that breaks a rule; nothing is changed.
        :raises WrongPassword: `current_password` is not the one in use.
        :raises UsernameTaken, EmailTaken: somebody has that name already.
        """
        data = drafts.flat(user_data)
        with _taken_names(), transaction.atomic():
            user = _locked(id)
            profile = UserProfile.objects.filter(user=user).first() or UserProfile(user=user)
            if "current_password" in data and not user.check_password(data["current_password"]):
                raise WrongPassword
            changes = drafts.fill(user, profile, data)
            if "password" in changes:
                user.password = make_password(data["password"])
            if changes:
                user.save()
                profile.save()
                self._announce(user, changes)
        user.profile = profile
        return user

    def delete_user(self, id: int) -> None:  # noqa: A002
        """
        Delete the account for good; its user name and e-mail address are free again.

        :raises UserNotFoundError: nobody has this id.
        """
        with transaction.atomic():
            user = _locked(id)
            end_sessions_of(user, now=self.now())
            user.delete()
            outbox.record(UserDeleted(user_id=id))
            outbox.command(NOTIFY_PROFILE_UPDATE, user_id=id, changes=["deleted"])

    def notify_profile_update(self, id: int, changes: Collection[str]) -> bool:  # noqa: A002
        """
        Tell the neighbours by REST which fields of a user changed, so that they forget what they hold.

        :param changes: names of fields; of a mapping, its keys. Values do not travel.
        :return: True when every neighbour accepted. If not, try again: telling twice does no harm.
        """
        # Everybody is told before we look who accepted.
        accepted = [listener.tell(user_id=id, changes=sorted(changes)) for listener in self.listeners]
        return all(accepted)

    def ensure_staff(self, *, username: str, password: str) -> bool:
        """
        Let this active staff account exist and have this password; True when something had to be done for it.

        Nobody is welcomed: this is the operator's doing, and the rules for passwords are the operator's too.
        """
        with transaction.atomic():
            user = users_named(username).first() or User(username=username)
            if user.is_staff and user.is_active and user.check_password(password):
                return False
            user.is_staff = user.is_active = True
            user.password = make_password(password)
            user.save()
            UserProfile.objects.get_or_create(user=user)
            # Whoever had the name before does not keep what it now may do.
            end_sessions_of(user, now=self.now())
        return True

    def _announce(self, user: User, changes: list[str]) -> None:
        if "password" in changes or not user.is_active:
            end_sessions_of(user, now=self.now())
        outbox.record(UserUpdated(user_id=user.pk, changes=changes, is_active=user.is_active))
        outbox.command(NOTIFY_PROFILE_UPDATE, user_id=user.pk, changes=changes)


def _each_draft(users_data: Sequence[UserData]) -> list[Draft]:
    new: list[Draft] = []
    problems: drafts.Problems = {}
    for position, user_data in enumerate(users_data):
        try:
            new.append(Draft.of(user_data))
        except InvalidUserData as error:
            problems |= {f"users[{position}].{name}": messages for name, messages in error.fields.items()}
    if problems:
        raise InvalidUserData(problems)
    return new


def _open(new: Sequence[Draft], *, passwords: Sequence[str]) -> list[User]:
    for draft, password in zip(new, passwords, strict=True):
        draft.user.password = password
    users = [draft.user for draft in new]
    with _taken_names(), transaction.atomic():
        # Always in one order: of two who open the same accounts, one waits for the other, and never both.
        User.objects.bulk_create(sorted(users, key=lambda user: user.username.lower()))
        UserProfile.objects.bulk_create([draft.profile for draft in new])
        outbox.record(*(UserRegistered(each.pk, each.username, each.first_name) for each in users))
    return users


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise UserNotFoundError(user_id)
    return user


@contextmanager
def _taken_names() -> Iterator[None]:
    """Say which name is taken when the database found out, before anybody else could."""
    try:
        yield
    except IntegrityError as error:
        # The first line names the index or column; on PostgreSQL the second one has what somebody gave.
        reason = str(error).partition("\n")[0]
        if "email" in reason:
            raise EmailTaken from error
        if "username" in reason:
            raise UsernameTaken from error
        raise
