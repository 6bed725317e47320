from datetime import date

import pytest

from servicekit.testing.messages import commands, published
from user_service.exceptions import InvalidUserData, UserNotFoundError, WrongPassword
from user_service.models import OutboxMessage, UserProfile
from user_service.services import NOTIFY_PROFILE_UPDATE
from user_service.tests.factories import PASSWORD, UserProfileFactory

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another horse 8"


class TestUpdateUser:
    def test_changes_account_and_profile(self, users, alice):
        UserProfileFactory(user=alice)

        users.update_user_with_profile(
            alice.pk, {"first_name": "Al", "profile_data": {"bio": "", "birth_date": "1991-01-01"}}
        )

        alice.refresh_from_db()
        assert (alice.first_name, alice.profile.bio, alice.profile.birth_date) == ("Al", "", date(1991, 1, 1))
        assert alice.profile.phone_number == "+493012345678"

    def test_leaves_the_profile_of_another_user_as_it_is(self, users, alice):
        bobs = UserProfileFactory()

        users.update_user_with_profile(alice.pk, {"bio": "Hello."})

        bobs.refresh_from_db()
        assert (bobs.bio, alice.profile.bio) == ("Likes lamps.", "Hello.")

    def test_creates_a_missing_profile(self, users, alice):
        users.update_user_with_profile(alice.pk, {"bio": "Hello."})

        assert UserProfile.objects.get(user=alice).bio == "Hello."

    def test_announces_the_names_of_the_changed_fields(self, users, alice):
        users.update_user_with_profile(alice.pk, {"first_name": "Al", "bio": "Hello.", "last_name": alice.last_name})

        [updated] = published()
        assert updated.data == {"user_id": alice.pk, "changes": ["bio", "first_name"], "is_active": True}

    def test_notifies_other_services(self, users, alice):
        users.update_user_with_profile(alice.pk, {"first_name": "Al"})

        assert commands() == [(NOTIFY_PROFILE_UPDATE, {"user_id": alice.pk, "changes": ["first_name"]})]

    def test_announces_nothing_when_nothing_changes(self, users, alice):
        users.update_user_with_profile(alice.pk, {"first_name": alice.first_name})

        assert not OutboxMessage.objects.exists()

    def test_changing_an_unknown_user_raises_user_not_found(self, users):
        with pytest.raises(UserNotFoundError) as error:
            users.update_user_with_profile(404, {"first_name": "Al"})

        assert error.value.code == "USER_NOT_FOUND"

    def test_one_invalid_field_changes_nothing(self, users, alice):
        with pytest.raises(InvalidUserData):
            users.update_user_with_profile(alice.pk, {"first_name": "Al", "phone_number": "123"})

        alice.refresh_from_db()
        assert alice.first_name == "Alice"
        assert not OutboxMessage.objects.exists()

    def test_the_case_of_a_user_name_can_be_changed(self, users, alice):
        assert users.update_user_with_profile(alice.pk, {"username": "Alice"}).username == "Alice"


class TestPassword:
    def test_is_changed(self, users, alice):
        users.update_user_with_profile(alice.pk, {"password": NEW_PASSWORD, "current_password": PASSWORD})

        alice.refresh_from_db()
        assert alice.check_password(NEW_PASSWORD)
        assert published("user.updated")[0].data["changes"] == ["password"]

    @pytest.mark.security
    def test_is_not_changed_when_the_current_one_is_wrong(self, users, alice):
        with pytest.raises(WrongPassword):
            users.update_user_with_profile(alice.pk, {"password": NEW_PASSWORD, "current_password": "guessed"})

        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)

    def test_is_not_changed_when_the_new_one_is_weak(self, users, alice):
        with pytest.raises(InvalidUserData) as refused:
            users.update_user_with_profile(alice.pk, {"password": "password123"})

        assert set(refused.value.fields) == {"password"}


@pytest.mark.security
class TestSessions:
    @pytest.mark.parametrize("changes", [{"is_active": False}, {"password": NEW_PASSWORD}, {"is_staff": True}])
    def test_end_after_deactivation_a_new_password_or_new_rights(self, users, sessions, alice, changes):
        sessions.sign_in(username="alice", password=PASSWORD)
        sessions.sign_in(username="alice", password=PASSWORD)

        users.update_user_with_profile(alice.pk, changes)

        assert {event.data["user_id"] for event in published("token.revoked")} == {alice.pk}
        assert len(published("token.revoked")) == 2

    def test_stay_after_a_change_of_name(self, users, sessions, alice):
        sessions.sign_in(username="alice", password=PASSWORD)

        users.update_user_with_profile(alice.pk, {"first_name": "Al"})

        assert published("token.revoked") == []
