"""Test data. A test names only what matters, as in `UserFactory(staff=True)`."""

from datetime import UTC, date, datetime

import factory
from django.contrib.auth.models import User
from factory.django import DjangoModelFactory, Password

from user_service.models import UserProfile

PASSWORD = "correct horse 9"
MONDAY_NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


class UserFactory(DjangoModelFactory[User]):
    """An active customer with the password PASSWORD; `with_profile=True` adds a profile."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        inactive = factory.Trait(is_active=False)
        with_profile = factory.Trait(
            profile=factory.RelatedFactory("user_service.tests.factories.UserProfileFactory", "user")
        )

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@shop.example")
    first_name = "Alice"
    last_name = "Lee"
    password = Password(PASSWORD)


class UserProfileFactory(DjangoModelFactory[UserProfile]):
    """A profile and its user; `empty=True` for a profile without data, `proven=True` for a proven address."""

    class Meta:
        model = UserProfile

    class Params:
        empty = factory.Trait(bio="", birth_date=None, phone_number="")
        proven = factory.Trait(verified_email=factory.LazyAttribute(lambda profile: profile.user.email.lower()))

    user = factory.SubFactory(UserFactory)
    bio = "Likes lamps."
    birth_date = date(1990, 5, 17)
    phone_number = "+493012345678"


def account(**fields):
    """Valid data of a new account, with some `fields` replaced."""
    return {"username": "alice", "email": "alice@shop.example", "password": PASSWORD} | fields
