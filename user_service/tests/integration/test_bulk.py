"""Many accounts in one go on PostgreSQL: all of them or none."""

import secrets
from functools import partial

import pytest
from django.contrib.auth.models import User

from tests.support.concurrently import concurrently
from user_service.exceptions import InvalidUserData, UsernameTaken
from user_service.models import OutboxMessage, UserProfile
from user_service.services import UserService
from user_service.tests.factories import account

MANY = 1000


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Here they protect nobody."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def prefix():
    """What the names of this test begin with, and no others."""
    return f"bulk-{secrets.token_hex(4)}-"


@pytest.fixture
def users():
    return UserService(listeners=[])


def accounts(prefix, count):
    return [account(username=f"{prefix}{n}", email=f"{prefix}{n}@shop.example") for n in range(count)]


def opened(prefix):
    return User.objects.filter(username__istartswith=prefix)


def traces(prefix):
    """Accounts, profiles and announcements of these people."""
    return [
        opened(prefix).count(),
        UserProfile.objects.filter(user__username__istartswith=prefix).count(),
        OutboxMessage.objects.filter(name="user.registered", body__icontains=prefix).count(),
    ]


class TestCreateUsersBulk:
    def test_opens_a_thousand_with_profiles_and_announces_each(self, users, prefix):
        made = users.create_users_bulk(accounts(prefix, MANY))

        assert [user.username for user in made] == [f"{prefix}{n}" for n in range(MANY)]
        assert traces(prefix) == [MANY] * 3

    @pytest.mark.parametrize(
        ("last", "reason"),
        [
            ({"username": "{prefix}0", "email": "x-{prefix}@shop.example"}, UsernameTaken),
            ({"username": "{prefix}Y", "email": "nowhere"}, InvalidUserData),
        ],
        ids=["a name twice", "an address that is none"],
    )
    def test_opens_none_when_the_last_one_is_bad(self, users, prefix, last, reason):
        bad = account(**{name: value.format(prefix=prefix) for name, value in last.items()})

        with pytest.raises(reason):
            users.create_users_bulk([*accounts(prefix, 100), bad])

        assert traces(prefix) == [0] * 3

    @pytest.mark.regression
    def test_twice_at_once_in_opposite_orders_opens_each_once(self, users, prefix):
        """Whoever is second waits for the first, and neither for the other."""
        people = accounts(prefix, 300)

        def opens(these):
            try:
                return len(users.create_users_bulk(these))
            except UsernameTaken:
                return 0

        assert sorted(concurrently([partial(opens, people), partial(opens, people[::-1])])) == [0, 300]
        assert traces(prefix) == [300] * 3
