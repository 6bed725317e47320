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
    def test_saves_the_accounts_in_the_order_given(self, users):
        created = users.create_users_bulk(accounts(5))

        assert [user.username for user in created] == [f"user{n}" for n in range(5)]
        assert UserProfile.objects.filter(user__in=created).count() == 5

    def test_hashes_each_password_with_a_salt_of_its_own(self, users):
        created = users.create_users_bulk(accounts(3))

        assert [user.check_password(PASSWORD) for user in created] == [True] * 3
        assert len({user.password for user in created}) == 3

    def test_announces_each_user(self, users):
        created = users.create_users_bulk(accounts(3))

        assert [event.data["user_id"] for event in published("user.registered")] == [user.pk for user in created]

    def test_saves_the_profiles(self, users):
        [user] = users.create_users_bulk([account(profile_data={"bio": "Hello."})])

        assert User.objects.get(pk=user.pk).profile.bio == "Hello."

    def test_needs_a_fixed_number_of_queries(self, users, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            users.create_users_bulk(accounts(20))

    def test_an_empty_list_gives_an_empty_list(self, users):
        assert users.create_users_bulk([]) == []

    def test_invalid_data_is_reported_by_position_and_nothing_is_saved(self, users):
        [first, second, third] = accounts(3)

        with pytest.raises(InvalidUserData) as refused:
            users.create_users_bulk([first, second | {"email": "nowhere"}, third | {"password": "short"}])

        assert set(refused.value.fields) == {"users[1].email", "users[2].password"}
        assert not User.objects.exists()

    def test_the_same_name_twice_is_refused_and_nothing_is_saved(self, users):
        with pytest.raises(UsernameTaken):
            users.create_users_bulk([*accounts(2), account(username="USER1")])

        assert not User.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_a_taken_name_is_refused_and_nothing_is_saved(self, users):
        UserFactory(username="user1", email="")

        with pytest.raises(UsernameTaken):
            users.create_users_bulk(accounts(2))

        assert User.objects.count() == 1
