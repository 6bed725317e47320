"""Caches accounts for reads by id, without the password hash."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, TypeVar

from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from user_service.models import UserProfile

M = TypeVar("M", bound=Model)

CACHED_SECONDS: Final = 300
CHANGED_SECONDS: Final = 10
"""How long a changed account is marked: longer than a request needs from reading an account to caching it."""


USER: Final = ("id", "username", "email", "first_name", "last_name", "is_active", "is_staff", "date_joined")
PROFILE: Final = ("bio", "birth_date", "phone_number", "verified_email")


def load(user_id: int) -> User | None:
    values = cache.get(_key(user_id))
    # Anything else is another release's.
    if not isinstance(values, dict) or values.keys() != {*USER, *PROFILE}:
        return None
    user = _row(User, USER, values)
    user.profile = _row(UserProfile, PROFILE, values)
    return user


def _row(model: type[M], names: Sequence[str], values: dict[str, Any]) -> M:
    """Give a row with these fields, read from JSON."""
    return model(**{name: model._meta.get_field(name).to_python(values[name]) for name in names})  # noqa: SLF001 - public


def store(user: User) -> None:
    """Cache an account, unless it was changed since it was read."""
    profile = getattr(user, "profile", None) or UserProfile()
    values = {name: getattr(user, name) for name in USER} | {name: getattr(profile, name) for name in PROFILE}
    cache.set(_key(user.pk), json.loads(json.dumps(values, cls=DjangoJSONEncoder)), CACHED_SECONDS)
    # Checked after the write: whether `drop` comes before or after it, an old copy does not stay.
    if cache.get(_changed_key(user.pk)):
        cache.delete(_key(user.pk))


def drop(user_id: int) -> None:
    """Remove the copy: now, for reads in this transaction, and after the commit, as others may have cached it again."""
    _drop_now(user_id)
    transaction.on_commit(partial(_drop_now, user_id))


def drop_on_every_save() -> None:
    """Connect signals, so that every save and delete drops the copy, also in a shell or a fixture."""
    for signal in (post_save, post_delete):
        signal.connect(_account_changed, sender=User)
        signal.connect(_profile_changed, sender=UserProfile)


def _account_changed(*, instance: User, **_: Any) -> None:
    drop(instance.pk)


def _profile_changed(*, instance: UserProfile, **_: Any) -> None:
    drop(instance.user_id)


def _drop_now(user_id: int) -> None:
    cache.set(_changed_key(user_id), True, CHANGED_SECONDS)
    cache.delete(_key(user_id))


def _key(user_id: int) -> str:
    return f"user:{user_id}"


def _changed_key(user_id: int) -> str:
    return f"user:{user_id}:changed"
