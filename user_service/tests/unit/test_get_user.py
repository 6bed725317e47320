import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from user_service.cache import forget, remember
from user_service.exceptions import UserNotFoundError
from user_service.tests.factories import UserFactory, UserProfileFactory

pytestmark = pytest.mark.django_db


class TestGetUserById:
    def test_gives_the_user_with_the_profile(self, users, alice, django_assert_num_queries):
        UserProfileFactory(user=alice)

        with django_assert_num_queries(1):
            found = users.get_user_by_id(alice.pk)
            assert (found, found.profile.bio) == (alice, "Likes lamps.")

    def test_asks_the_database_once(self, users, alice, django_assert_num_queries):
        users.get_user_by_id(alice.pk)
        later(alice)

        users.get_user_by_id(alice.pk)
        with django_assert_num_queries(0):
            assert users.get_user_by_id(alice.pk).username == "alice"

    @pytest.mark.security
    def test_keeps_no_password_in_the_cache(self, users, alice):
        later(alice)

        users.get_user_by_id(alice.pk)

        assert "password" not in vars(cache.get(f"user:{alice.pk}"))

    @pytest.mark.parametrize("user_id", [404, 0, -1, 2**63 - 1])
    def test_of_nobody(self, users, user_id):
        with pytest.raises(UserNotFoundError) as nobody:
            users.get_user_by_id(user_id)

        assert nobody.value.code == "USER_NOT_FOUND"


class TestForgotten:
    @pytest.mark.parametrize(
        "change",
        [
            lambda users, alice: users.update_user_with_profile(alice.pk, {"first_name": "Al"}),
            lambda _, alice: User.objects.get(pk=alice.pk).save(),
            lambda _, alice: UserProfileFactory(user=alice),
        ],
        ids=["a change", "a save", "a profile"],
    )
    def test_after(self, users, alice, change):
        later(alice)
        users.get_user_by_id(alice.pk)

        change(users, alice)

        assert cache.get(f"user:{alice.pk}") is None

    def test_after_the_end(self, users, alice):
        users.get_user_by_id(alice.pk)

        users.delete_user(alice.pk)

        with pytest.raises(UserNotFoundError):
            users.get_user_by_id(alice.pk)

    def test_once_more_at_the_commit(self, users, alice, django_capture_on_commit_callbacks):
        """Until then another request could read the old state, and keep it."""
        later(alice)
        with django_capture_on_commit_callbacks(execute=True):
            users.update_user_with_profile(alice.pk, {"first_name": "Al"})
            later(alice)
            cache.set(f"user:{alice.pk}", "what others read before the commit")

        assert cache.get(f"user:{alice.pk}") is None

    @pytest.mark.regression
    def test_although_a_slow_reader_comes_late(self):
        """Read before the change, kept after it: the copy would be old for five minutes."""
        read_before = UserFactory()
        forget(read_before.pk)

        remember(read_before)

        assert cache.get(f"user:{read_before.pk}") is None


def later(user):
    """Let the moment pass in which a change is remembered: made users count as changed."""
    cache.delete(f"user:{user.pk}:changed")
