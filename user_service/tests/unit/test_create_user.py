from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from servicekit.testing.messages import commands, published
from user_service.exceptions import InvalidUserData, UsernameTaken
from user_service.models import OutboxMessage, UserProfile
from user_service.services import NOTIFY_PROFILE_UPDATE
from user_service.tests.factories import PASSWORD, UserFactory, UserProfileFactory, account

pytestmark = pytest.mark.django_db


def raising(error):
    def call(*_, **__):
        raise error

    return call


class TestCreateUser:
    def test_saves_an_account_with_an_empty_profile(self, users):
        user = users.create_user(account())

        assert (user.username, user.email, user.is_active, user.is_staff) == (
            "alice",
            "alice@shop.example",
            True,
            False,
        )
        assert (user.profile.bio, user.profile.birth_date, user.profile.phone_number) == ("", None, "")

    def test_saves_only_a_hash_of_the_password(self, users):
        user = users.create_user(account())

        assert PASSWORD not in user.password
        assert User.objects.get().check_password(PASSWORD)

    def test_announces_the_user_with_the_names_but_no_address(self, users):
        user = users.create_user(account(first_name="Alice"))

        [registered] = published()
        assert (registered.source, registered.type, registered.subject) == (
            "/user_service",
            "user.registered",
            str(user.pk),
        )
        assert registered.data == {"user_id": user.pk, "username": "alice", "first_name": "Alice"}

    def test_notifies_no_other_service(self, users):
        """They cannot have copies of a new user."""
        users.create_user(account())

        assert commands(NOTIFY_PROFILE_UPDATE) == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"bio": "Hello.", "birth_date": date(1990, 5, 17), "phone_number": "+493012345678"},
            {"profile_data": {"bio": "Hello.", "birth_date": "1990-05-17", "phone_number": "+493012345678"}},
        ],
        ids=["beside the account", "in profile_data"],
    )
    def test_saves_the_profile(self, users, fields):
        users.create_user_with_profile(account(**fields))

        profile = UserProfile.objects.get(user__username="alice")
        assert (profile.bio, profile.birth_date, profile.phone_number) == (
            "Hello.",
            date(1990, 5, 17),
            "+493012345678",
        )

    def test_sends_no_mail_to_an_account_without_an_address(self, users):
        users.create_user(account(email=""))

        assert commands() == []

    def test_saves_null_texts_as_empty_texts(self, users):
        user = users.create_user(account(first_name=None, profile_data={"bio": None, "phone_number": None}))

        assert (user.first_name, user.profile.bio, user.profile.phone_number) == ("", "", "")

    def test_an_invalid_profile_leaves_no_user_and_no_message(self, users):
        with pytest.raises(InvalidUserData):
            users.create_user_with_profile(account(profile_data={"phone_number": "123"}))

        assert not User.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_saves_the_domain_of_the_address_in_lower_case(self, users):
        assert users.create_user(account(email="Alice@SHOP.Example")).email == "Alice@shop.example"


class TestDuplicates:
    @pytest.mark.regression
    def test_another_integrity_error_is_not_reported_as_a_duplicate(self, users, monkeypatch):
        """An error of ours must not look like invalid input."""
        monkeypatch.setattr(UserProfile.objects, "bulk_create", raising(IntegrityError("NOT NULL constraint failed")))

        with pytest.raises(IntegrityError):
            users.create_user(account())

    def test_a_user_name_that_differs_only_in_case_is_refused(self, users):
        UserFactory(username="Alice", email="")

        with pytest.raises(UsernameTaken):
            users.create_user(account())
        assert not OutboxMessage.objects.exists()

    def test_an_address_can_be_given_for_several_accounts(self, users):
        """Only one of them can prove it."""
        UserProfileFactory(user__email="alice@shop.example", verified_email="alice@shop.example")

        assert users.create_user(account()).email == "alice@shop.example"

    def test_a_user_name_that_contains_email_is_reported_as_user_name(self, users):
        UserFactory(username="my-email")

        with pytest.raises(UsernameTaken):
            users.create_user(account(username="my-email"))
