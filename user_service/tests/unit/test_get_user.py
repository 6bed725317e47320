import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from user_service.cache import drop, store
from user_service.exceptions import UserNotFoundError
from user_service.models import has_proven_address
from user_service.tests.factories import UserFactory, UserProfileFactory

pytestmark = pytest.mark.django_db


class TestGetUserById:
    def test_reads_user_and_profile_in_one_query(self, users, alice, django_assert_num_queries):
        UserProfileFactory(user=alice)

        with django_assert_num_queries(1):
            found = users.get_user_by_id(alice.pk)
            assert (found, found.profile.bio) == (alice, "Likes lamps.")

    def test_later_reads_make_no_query(self, users, alice, django_assert_num_queries):
        users.get_user_by_id(alice.pk)
        remove_change_mark(alice)

        users.get_user_by_id(alice.pk)
        with django_assert_num_queries(0):
            assert users.get_user_by_id(alice.pk).username == "alice"

    @pytest.mark.regression
    def test_the_cached_copy_tells_whether_the_address_is_proven(self, users, alice):
        UserProfileFactory(user=alice, proven=True)
        remove_change_mark(alice)

        read = [has_proven_address(users.get_user_by_id(alice.pk)) for _ in range(2)]

        assert read == [True, True]

    @pytest.mark.security
    def test_the_cached_copy_has_no_password_hash(self, users, alice):
        remove_change_mark(alice)

        users.get_user_by_id(alice.pk)

        assert "password" not in cache.get(f"user:{alice.pk}")

    @pytest.mark.parametrize("user_id", [404, 0, -1, 2**63 - 1])
    def test_reading_an_unknown_user_raises_user_not_found(self, users, user_id):
        with pytest.raises(UserNotFoundError) as error:
            users.get_user_by_id(user_id)

        assert error.value.code == "USER_NOT_FOUND"


class TestCachedCopyIsDropped:
    @pytest.mark.parametrize(
        "change",
        [
            lambda users, alice: users.update_user_with_profile(alice.pk, {"first_name": "Al"}),
            lambda _, alice: User.objects.get(pk=alice.pk).save(),
            lambda _, alice: UserProfileFactory(user=alice),
        ],
        ids=["update_user_with_profile", "save", "new profile"],
    )
    def test_after_a_change(self, users, alice, change):
        remove_change_mark(alice)
        users.get_user_by_id(alice.pk)

        change(users, alice)

        assert cache.get(f"user:{alice.pk}") is None

    def test_after_the_deletion(self, users, alice):
        users.get_user_by_id(alice.pk)

        users.delete_user(alice.pk)

        with pytest.raises(UserNotFoundError):
            users.get_user_by_id(alice.pk)

    def test_again_after_the_commit(self, users, alice, django_capture_on_commit_callbacks):
        """Another request may have read and cached the old state before the commit."""
        remove_change_mark(alice)
        with django_capture_on_commit_callbacks(execute=True):
            users.update_user_with_profile(alice.pk, {"first_name": "Al"})
            remove_change_mark(alice)
            cache.set(f"user:{alice.pk}", "a copy from before the commit")

        assert cache.get(f"user:{alice.pk}") is None

    @pytest.mark.regression
    def test_when_a_slow_request_stores_an_old_copy(self):
        """It read the account before the change; its copy would be wrong for five minutes."""
        read_before = UserFactory()
        drop(read_before.pk)

        store(read_before)

        assert cache.get(f"user:{read_before.pk}") is None


def remove_change_mark(user):
    """Remove the mark of a recent change, which prevents caching; factories leave it too."""
    cache.delete(f"user:{user.pk}:changed")
