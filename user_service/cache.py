"""Copies of accounts, kept for reads by id. Without the password's hash, which nobody needs to read twice."""

from functools import partial
from typing import Any, Final

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from user_service.models import UserProfile

KEPT_SECONDS: Final = 300
CHANGED_SECONDS: Final = 10
"""How long a change is remembered: longer than anybody takes from reading an account to keeping its copy."""


def recall(user_id: int) -> User | None:
    found: User | None = cache.get(_copy(user_id))
    return found


def remember(user: User) -> None:
    """Keep a copy, unless the account was changed since it was read."""
    cache.set(_copy(user.pk), user, KEPT_SECONDS)
    # Looked at after the copy was set: whichever of the two comes later, a reader or `forget`, the copy goes.
    if cache.get(_changed(user.pk)):
        cache.delete(_copy(user.pk))


def forget(user_id: int) -> None:
    """Drop the copy: now, for this transaction must not read it, and at the commit, for until then others kept it."""
    _forget_now(user_id)
    transaction.on_commit(partial(_forget_now, user_id))


def forget_on_every_save() -> None:
    """Let every save and delete forget, whoever does it: our services, a shell, a fixture."""
    for signal in (post_save, post_delete):
        signal.connect(_account_changed, sender=User)
        signal.connect(_profile_changed, sender=UserProfile)


def _account_changed(*, instance: User, **_: Any) -> None:
    forget(instance.pk)


def _profile_changed(*, instance: UserProfile, **_: Any) -> None:
    forget(instance.user_id)


def _forget_now(user_id: int) -> None:
    cache.set(_changed(user_id), True, CHANGED_SECONDS)
    cache.delete(_copy(user_id))


def _copy(user_id: int) -> str:
    return f"user:{user_id}"


def _changed(user_id: int) -> str:
    return f"user:{user_id}:changed"
