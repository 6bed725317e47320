"""Checks the data of an account, before anything is saved."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
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
BIDIRECTIONAL_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They can make a text look like another one: https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing."""

UserData = Mapping[str, Any]
Problems = dict[str, list[str]]


@dataclass(frozen=True)
class NewAccount:
    """Valid rows that are not saved yet, and the password, which is not hashed yet."""

    user: User
    profile: UserProfile
    password: str

    @classmethod
    def of(cls, user_data: UserData) -> Self:
        """:raises InvalidUserData: names every invalid field, with all reasons."""
        data = {"username": "", "password": ""} | flatten(user_data)
        user = User()
        profile = UserProfile(user=user)
        set_fields(user, profile, data)
        return cls(user, profile, data["password"])

    @classmethod
    def of_each(cls, users_data: Sequence[UserData]) -> list[Self]:
        """:raises InvalidUserData: names every invalid field by its position, as in `users[3].email`."""
        accounts: list[Self] = []
        problems: Problems = {}
        for position, user_data in enumerate(users_data):
            try:
                accounts.append(cls.of(user_data))
            except InvalidUserData as error:
                problems |= {f"users[{position}].{name}": reasons for name, reasons in error.fields.items()}
        if problems:
            raise InvalidUserData(problems)
        return accounts


def flatten(user_data: UserData) -> dict[str, Any]:
    """
    Move the fields of `profile_data` to the other fields, and make an empty text of a null one.

    :raises InvalidUserData: a field is unknown, or given in both places.
    """
    data = dict(user_data)
    profile = data.pop("profile_data", None) or {}
    problems = {name: ["Given twice: here and in profile_data."] for name in data.keys() & profile.keys()}
    problems |= {f"profile_data.{name}": ["A profile has no such field."] for name in profile.keys() - PROFILE}
    problems |= {name: ["A user has no such field."] for name in data.keys() - ACCOUNT - PROFILE - PASSWORDS}
    if problems:
        raise InvalidUserData(problems)
    return {name: "" if value is None and name in TEXTS else value for name, value in (data | profile).items()}


def set_fields(user: User, profile: UserProfile, data: UserData) -> list[str]:
    """
    Set the fields and give the sorted names of those that changed. A password is checked, but not set.

    :raises InvalidUserData: names every invalid field, with all reasons.
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
        _check(problems, "password", _require_strong_password, data["password"], user)
    if problems:
        raise InvalidUserData(problems)
    return sorted(changed)


def _set(row: Model, names: frozenset[str], data: UserData, problems: Problems) -> list[str]:
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


def _require_strong_password(password: object, user: User) -> None:
    if not isinstance(password, str):
        raise ValidationError("A password is a text.")
    validate_password(password, user)


def _require_public_address(value: str) -> None:
    # Uniqueness ignores case, and SQLite and PostgreSQL convert only ASCII letters in the same way.
    if not value.isascii():
        raise ValidationError("Enter an e-mail address of ASCII characters.")
    # Django also accepts `a@localhost`, `a@[127.0.0.1]` and `a@127.0.0.10`: addresses inside our network.
    _, dot, top_level = value.rpartition("@")[2].rpartition(".")
    if value and (not dot or not top_level[:1].isalpha() or top_level.lower() == "localhost"):
        raise ValidationError("Enter an e-mail address with a public domain name.")


def _refuse_control_characters(value: str) -> None:
    if any(unicodedata.category(character) == "Cc" or character in BIDIRECTIONAL_CONTROLS for character in value):
        raise ValidationError("A name has no control characters.")


MORE_RULES: Final[Mapping[str, Callable[..., None]]] = {
    "username": ASCIIUsernameValidator(),
    "email": _require_public_address,
    "first_name": _refuse_control_characters,
    "last_name": _refuse_control_characters,
}
"""Rules beyond those of Django's own fields."""
