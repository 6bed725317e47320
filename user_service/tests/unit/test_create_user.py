from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from servicekit.testing.messages import commands, published
from user_service.exceptions import EmailTaken, InvalidUserData, UsernameTaken
from user_service.models import OutboxMessage, UserProfile
from user_service.tests.factories import PASSWORD, UserFactory, account

pytestmark = pytest.mark.django_db


def raising(error):
    def call(*_, **__):
        raise error

    return call


class TestCreateUser:
    def test_opens_an_account_with_an_empty_profile(self, users):
        user = users.create_user(account())

        assert (user.username, user.email, user.is_active, user.is_staff) == (
            "alice",
            "alice@shop.example",
            True,
            False,
        )
        assert (user.profile.bio, user.profile.birth_date, user.profile.phone_number) == ("", None, "")

    def test_keeps_no_password(self, users):
        user = users.create_user(account())

        assert PASSWORD not in user.password
        assert User.objects.get().check_password(PASSWORD)

    def test_announces_it(self, users):
        """With what a greeting needs; no address travels."""
        user = users.create_user(account(first_name="Alice"))

        [registered] = published()
        assert (registered.source, registered.type, registered.subject) == (
            "/user_service",
            "user.registered",
            str(user.pk),
        )
        assert registered.data == {"user_id": user.pk, "username": "alice", "first_name": "Alice"}

    def test_tells_no_neighbour(self, users):
        """Nobody can hold anything of somebody new."""
        users.create_user(account())

        assert commands() == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"bio": "Hello.", "birth_date": date(1990, 5, 17), "phone_number": "+493012345678"},
            {"profile_data": {"bio": "Hello.", "birth_date": "1990-05-17", "phone_number": "+493012345678"}},
        ],
        ids=["beside the account", "in profile_data"],
    )
    def test_takes_the_profile(self, users, fields):
        users.create_user_with_profile(account(**fields))

        profile = UserProfile.objects.get(user__username="alice")
        assert (profile.bio, profile.birth_date, profile.phone_number) == (
            "Hello.",
            date(1990, 5, 17),
            "+493012345678",
        )

    def test_takes_null_for_nothing_said(self, users):
        user = users.create_user(account(first_name=None, profile_data={"bio": None, "phone_number": None}))

        assert (user.first_name, user.profile.bio, user.profile.phone_number) == ("", "", "")

    def test_leaves_no_user_when_the_profile_is_bad(self, users):
        with pytest.raises(InvalidUserData):
            users.create_user_with_profile(account(profile_data={"phone_number": "123"}))

        assert not User.objects.exists()
        assert not OutboxMessage.objects.exists()

    def test_writes_the_domain_of_an_address_small(self, users):
        assert users.create_user(account(email="Alice@SHOP.Example")).email == "Alice@shop.example"


class TestTaken:
    @pytest.mark.regression
    def test_is_not_said_of_every_conflict(self, users, monkeypatch):
        """A fault of ours must not look like a fault of the caller's."""
        monkeypatch.setattr(UserProfile.objects, "bulk_create", raising(IntegrityError("NOT NULL constraint failed")))

        with pytest.raises(IntegrityError):
            users.create_user(account())

    def test_a_user_name(self, users):
        UserFactory(username="Alice", email="")

        with pytest.raises(UsernameTaken):
            users.create_user(account())
        assert not OutboxMessage.objects.exists()

    def test_an_address(self, users):
        UserFactory(email="ALICE@shop.example")

        with pytest.raises(EmailTaken):
            users.create_user(account())

    def test_a_name_with_the_word_email_in_it_is_still_a_name(self, users):
        UserFactory(username="my-email")

        with pytest.raises(UsernameTaken):
            users.create_user(account(username="my-email"))
