"""Inserts new accounts, and names duplicates."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from servicekit.messages import outbox
from user_service.events import UserRegistered
from user_service.exceptions import InvalidMailToken, UsernameTaken
from user_service.models import UserProfile
from user_service.services.validation import NewAccount


def insert_accounts(accounts: Sequence[NewAccount], *, passwords: Sequence[str]) -> list[User]:
    """
    Save and announce these accounts; all or none.

    :param passwords: hashed, in the same order.
    :raises UsernameTaken: another account has it, or two of these have it.
    """
    users = [account.user for account in accounts]
    for user, password in zip(users, passwords, strict=True):
        user.password = password
    with name_conflicts(), transaction.atomic():
        # Sorted: two concurrent calls with the same names insert in the same order and cannot deadlock.
        User.objects.bulk_create(sorted(users, key=lambda user: user.username.lower()))
        UserProfile.objects.bulk_create([account.profile for account in accounts])
        outbox.record(*(UserRegistered(user.pk, user.username, user.first_name) for user in users))
    return users


@contextmanager
def name_conflicts() -> Iterator[None]:
    """Raise UsernameTaken, or InvalidMailToken for a proven address, when the database refuses a duplicate."""
    try:
        yield
    except IntegrityError as error:
        # The first line names the index or column. PostgreSQL's second line contains user data.
        reason = str(error).partition("\n")[0]
        if "verified_email" in reason:
            raise InvalidMailToken from error
        if "username" in reason:
            raise UsernameTaken from error
        raise
