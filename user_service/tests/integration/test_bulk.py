"""Creation of many accounts on PostgreSQL: all or none."""

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
    """Hashing is not tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def prefix():
    """The names of this test begin with it, and no others."""
    return f"bulk-{secrets.token_hex(4)}-"


@pytest.fixture
def users():
    return UserService(listeners=[])


def accounts(prefix, count):
    return [account(username=f"{prefix}{n}", email=f"{prefix}{n}@shop.example") for n in range(count)]


def opened(prefix):
    return User.objects.filter(username__istartswith=prefix)


def counts(prefix):
    """The numbers of accounts, profiles and events."""
    return [
        opened(prefix).count(),
        UserProfile.objects.filter(user__username__istartswith=prefix).count(),
        OutboxMessage.objects.filter(name="user.registered", body__icontains=prefix).count(),
    ]


class TestCreateUsersBulk:
    def test_creates_1000_with_profiles_and_announces_each(self, users, prefix):
        made = users.create_users_bulk(accounts(prefix, MANY))

        assert [user.username for user in made] == [f"{prefix}{n}" for n in range(MANY)]
        assert counts(prefix) == [MANY] * 3

    @pytest.mark.parametrize(
        ("last", "reason"),
        [
            ({"username": "{prefix}0", "email": "x-{prefix}@shop.example"}, UsernameTaken),
            ({"username": "{prefix}Y", "email": "nowhere"}, InvalidUserData),
        ],
        ids=["duplicate name", "invalid address"],
    )
    def test_creates_none_when_the_last_one_is_refused(self, users, prefix, last, reason):
        bad = account(**{name: value.format(prefix=prefix) for name, value in last.items()})

        with pytest.raises(reason):
            users.create_users_bulk([*accounts(prefix, 100), bad])

        assert counts(prefix) == [0] * 3

    @pytest.mark.regression
    def test_two_concurrent_calls_in_opposite_order_create_each_once(self, users, prefix):
        """The second call waits for the first one; they do not deadlock."""
        people = accounts(prefix, 300)

        def create(these):
            try:
                return len(users.create_users_bulk(these))
            except UsernameTaken:
                return 0

        assert sorted(concurrently([partial(create, people), partial(create, people[::-1])])) == [0, 300]
        assert counts(prefix) == [300] * 3
