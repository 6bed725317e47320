import pytest
from django.contrib.auth.models import User

from servicekit.testing.messages import published
from user_service.exceptions import InvalidUserData, UsernameTaken
from user_service.models import OutboxMessage, UserProfile
from user_service.tests.factories import PASSWORD, UserFactory, account

pytestmark = pytest.mark.django_db


def accounts(count):
    return [account(username=f"user{n}", email=f"user{n}@shop.example") for n in range(count)]


class TestCreateUsersBulk:
    def test_opens_each_account_in_the_order_given(self, users):
        opened = users.create_users_bulk(accounts(5))

        assert [user.username for user in opened] == [f"user{n}" for n in range(5)]
        assert UserProfile.objects.filter(user__in=opened).count() == 5

    def test_hashes_each_password_with_a_salt_of_its_own(self, users):
        opened = users.create_users_bulk(accounts(3))

        assert all(user.check_password(PASSWORD) for user in opened)
        assert len({user.password for user in opened}) == 3

    def test_announces_each(self, users):
        opened = users.create_users_bulk(accounts(3))

        assert [event.data["user_id"] for event in published("user.registered")] == [user.pk for user in opened]

    def test_takes_profiles(self, users):
        [user] = users.create_users_bulk([account(profile_data={"bio": "Hello."})])

        assert User.objects.get(pk=user.pk).profile.bio == "Hello."

    def test_asks_the_database_a_fixed_number_of_times(self, users, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            users.create_users_bulk(accounts(20))

    def test_opens_none_for_nobody(self, users):
        assert users.create_users_bulk([]) == []

    def test_opens_none_when_one_is_bad(self, users):
        [first, second, third] = accounts(3)

        with pytest.raises(InvalidUserData) as refused:
            users.create_users_bulk([first, second | {"email": "nowhere"}, third | {"password": "short"}])

        assert set(refused.value.fields) == {"users[1].email", "users[2].password"}
        assert not User.objects.exists()

    def test_opens_none_when_a_name_is_there_twice(self, users):
        with pytest.raises(UsernameTaken):
            users.create_users_bulk([*accounts(2), account(username="USER1")])

        assert not User.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_opens_none_when_a_name_is_taken(self, users):
        UserFactory(username="user1", email="")

        with pytest.raises(UsernameTaken):
            users.create_users_bulk(accounts(2))

        assert User.objects.count() == 1
