"""What somebody gave, set on the rows and held against every rule, before anything is saved."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import Model

from user_service.exceptions import InvalidUserData
from user_service.models import UserProfile

ACCOUNT: Final = frozenset({"username", "email", "first_name", "last_name", "is_active", "is_staff"})
PROFILE: Final = frozenset({"bio", "birth_date", "phone_number"})
PASSWORDS: Final = frozenset({"password", "current_password"})
TEXTS: Final = frozenset({"first_name", "last_name", "bio", "phone_number"})

Problems = dict[str, list[str]]


@dataclass(frozen=True)
class Draft:
    """An account that keeps every rule but is not saved, and whose password is not hashed yet."""

    user: User
    profile: UserProfile
    password: str

    @classmethod
    def of(cls, user_data: Mapping[str, Any]) -> Self:
        """:raises InvalidUserData: with every field that breaks a rule, and all reasons."""
        data = {"username": "", "password": ""} | flat(user_data)
        user = User()
        profile = UserProfile(user=user)
        fill(user, profile, data)
        return cls(user, profile, data["password"])


def flat(user_data: Mapping[str, Any]) -> dict[str, Any]:
    """
    Give the fields of `profile_data` beside the others; a text that is null becomes empty.

    :raises InvalidUserData: a field that no account has, or one that was given in both places.
    """
    data = dict(user_data)
    profile = data.pop("profile_data", None) or {}
    problems = {name: ["Given twice: here and in profile_data."] for name in data.keys() & profile.keys()}
    problems |= {f"profile_data.{name}": ["A profile has no such field."] for name in profile.keys() - PROFILE}
    problems |= {name: ["A user has no such field."] for name in data.keys() - ACCOUNT - PROFILE - PASSWORDS}
    if problems:
        raise InvalidUserData(problems)
    return {name: "" if value is None and name in TEXTS else value for name, value in (data | profile).items()}


def fill(user: User, profile: UserProfile, data: Mapping[str, Any]) -> list[str]:
    """
    Set the fields (a password is checked, not set) and give the names of those that are now different, sorted.

    :raises InvalidUserData: with every field that breaks a rule, and all reasons.
    """
    problems: Problems = {}
    if isinstance(data.get("email"), str):
        data = {**data, "email": User.objects.normalize_email(data["email"])}
    changed = _set(user, ACCOUNT, data, problems) + _set(profile, PROFILE, data, problems)
    for name, rule in MORE_RULES.items():
        if name in data and name not in problems:
            _check(problems, name, rule, data[name])
    if "password" in data:
        changed.append("password")
        _check(problems, "password", _strong, data["password"], user)
    if problems:
        raise InvalidUserData(problems)
    return sorted(changed)


def _set(row: Model, names: frozenset[str], data: Mapping[str, Any], problems: Problems) -> list[str]:
    given = names & data.keys()
    before = {name: getattr(row, name) for name in given}
    for name in given:
        setattr(row, name, data[name])
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - given)  # noqa: SLF001 - public, says Django
    except ValidationError as error:
        problems |= error.message_dict
    return [name for name in given if getattr(row, name) != before[name]]


def _check(problems: Problems, name: str, rule: Callable[..., None], *values: Any) -> None:
    try:
        rule(*values)
    except ValidationError as error:
        problems[name] = error.messages


def _strong(password: object, user: User) -> None:
    if not isinstance(password, str):
        raise ValidationError("A password is a text.")
    validate_password(password, user)


def _ascii(value: str) -> None:
    # Both databases fold just these letters alike, so just these are unique whatever their case.
    if not value.isascii():
        raise ValidationError("Enter an e-mail address of ASCII characters.")


def _printable(value: str) -> None:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValidationError("A name has no control characters.")


MORE_RULES: Final[Mapping[str, Callable[..., None]]] = {
    "username": ASCIIUsernameValidator(),
    "email": _ascii,
    "first_name": _printable,
    "last_name": _printable,
}
"""What Django's own fields leave open."""
