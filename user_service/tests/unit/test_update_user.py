from datetime import date

import pytest

from servicekit.testing.messages import commands, published
from user_service.exceptions import EmailTaken, InvalidUserData, UserNotFoundError, WrongPassword
from user_service.models import OutboxMessage, UserProfile
from user_service.services import NOTIFY_PROFILE_UPDATE
from user_service.tests.factories import PASSWORD, UserFactory, UserProfileFactory

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

    def test_makes_the_profile_of_who_has_none(self, users, alice):
        users.update_user_with_profile(alice.pk, {"bio": "Hello."})

        assert UserProfile.objects.get(user=alice).bio == "Hello."

    def test_announces_what_changed_by_name(self, users, alice):
        users.update_user_with_profile(alice.pk, {"first_name": "Al", "bio": "Hello.", "last_name": alice.last_name})

        [updated] = published()
        assert updated.data == {"user_id": alice.pk, "changes": ["bio", "first_name"], "is_active": True}

    def test_has_the_neighbours_told(self, users, alice):
        users.update_user_with_profile(alice.pk, {"first_name": "Al"})

        assert commands() == [(NOTIFY_PROFILE_UPDATE, {"user_id": alice.pk, "changes": ["first_name"]})]

    def test_announces_nothing_when_nothing_changed(self, users, alice):
        users.update_user_with_profile(alice.pk, {"first_name": alice.first_name})

        assert not OutboxMessage.objects.exists()

    def test_of_nobody(self, users):
        with pytest.raises(UserNotFoundError) as nobody:
            users.update_user_with_profile(404, {"first_name": "Al"})

        assert nobody.value.code == "USER_NOT_FOUND"

    def test_keeps_everything_when_one_field_is_bad(self, users, alice):
        with pytest.raises(InvalidUserData):
            users.update_user_with_profile(alice.pk, {"first_name": "Al", "phone_number": "123"})

        alice.refresh_from_db()
        assert alice.first_name == "Alice"
        assert not OutboxMessage.objects.exists()

    def test_refuses_an_address_that_somebody_has(self, users, alice):
        UserFactory(email="bob@shop.example")

        with pytest.raises(EmailTaken):
            users.update_user_with_profile(alice.pk, {"email": "BOB@shop.example"})

    def test_lets_the_case_of_a_name_change(self, users, alice):
        assert users.update_user_with_profile(alice.pk, {"username": "Alice"}).username == "Alice"


class TestPassword:
    def test_is_changed(self, users, alice):
        users.update_user_with_profile(alice.pk, {"password": NEW_PASSWORD, "current_password": PASSWORD})

        alice.refresh_from_db()
        assert alice.check_password(NEW_PASSWORD)
        assert published("user.updated")[0].data["changes"] == ["password"]

    @pytest.mark.security
    def test_is_kept_when_the_current_one_is_wrong(self, users, alice):
        with pytest.raises(WrongPassword):
            users.update_user_with_profile(alice.pk, {"password": NEW_PASSWORD, "current_password": "guessed"})

        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)

    def test_is_kept_when_the_new_one_is_weak(self, users, alice):
        with pytest.raises(InvalidUserData) as refused:
            users.update_user_with_profile(alice.pk, {"password": "password123"})

        assert set(refused.value.fields) == {"password"}


@pytest.mark.security
class TestSignedOut:
    @pytest.mark.parametrize("changes", [{"is_active": False}, {"password": NEW_PASSWORD}])
    def test_everywhere_after(self, users, sessions, alice, changes):
        """Deactivated, or with a password that somebody else may have known."""
        sessions.sign_in(username="alice", password=PASSWORD)
        sessions.sign_in(username="alice", password=PASSWORD)

        users.update_user_with_profile(alice.pk, changes)

        assert {event.data["user_id"] for event in published("token.revoked")} == {alice.pk}
        assert len(published("token.revoked")) == 2

    def test_nowhere_after_a_change_of_name(self, users, sessions, alice):
        sessions.sign_in(username="alice", password=PASSWORD)

        users.update_user_with_profile(alice.pk, {"first_name": "Al"})

        assert published("token.revoked") == []
