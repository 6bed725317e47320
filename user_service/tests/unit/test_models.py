from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from user_service.models import users_named
from user_service.tests.factories import MONDAY_NOON, UserFactory, UserProfileFactory

pytestmark = pytest.mark.django_db


class TestProfile:
    def test_is_named_after_its_user(self):
        profile = UserProfileFactory(user__username="alice")

        assert str(profile) == "Profile for alice"

    def test_is_reached_from_its_user(self):
        profile = UserProfileFactory()

        assert profile.user.profile == profile

    def test_is_the_only_one_of_its_user(self, alice):
        UserProfileFactory(user=alice)

        with pytest.raises(IntegrityError):
            UserProfileFactory(user=alice)

    def test_goes_with_its_user(self):
        profile = UserProfileFactory()

        profile.user.delete()

        assert not type(profile).objects.exists()

    def test_may_say_nothing(self):
        UserProfileFactory(empty=True).full_clean()


class TestPhoneNumber:
    @pytest.mark.parametrize("number", ["+493012345678", "+15551234567", "+1234567890", "+861381234567890"])
    def test_is_one_in_e164(self, number):
        UserProfileFactory(phone_number=number).full_clean()

    @pytest.mark.parametrize(
        "number",
        [
            "123",
            "invalid",
            "030 12345678",
            "4930123456",
            "+49 30 12345678",
            "+49-30-12345678",
            "+1234",
            "+0123456789",
            "+999123456789",
            "+12345678901234567",
            "+861381234567\uff18",
            "+15551234567;ext=3",
            "tel:+15551234567",
        ],
    )
    def test_is_none(self, number):
        with pytest.raises(ValidationError) as refused:
            UserProfileFactory.build(user=UserFactory(), phone_number=number).full_clean()

        assert set(refused.value.message_dict) == {"phone_number"}


class TestBirthDate:
    @pytest.fixture(autouse=True)
    def _on_a_monday(self):
        with time_machine.travel(MONDAY_NOON, tick=False):
            yield

    @pytest.mark.parametrize("birth_date", [date(1900, 1, 1), date(2026, 11, 15)])
    def test_lies_in_living_memory(self, birth_date):
        UserProfileFactory(birth_date=birth_date).full_clean()

    @pytest.mark.parametrize("birth_date", [date(1899, 12, 31), date(2026, 11, 16), date(9999, 12, 31)])
    def test_is_nobodys(self, birth_date):
        with pytest.raises(ValidationError) as refused:
            UserProfileFactory(birth_date=birth_date).full_clean()

        assert set(refused.value.message_dict) == {"birth_date"}


class TestNames:
    """The database itself keeps two accounts apart, whoever writes to it."""

    @pytest.mark.parametrize("name", ["alice", "Alice", "ALICE"])
    def test_a_user_name_is_taken_in_any_case(self, alice, name):
        with pytest.raises(IntegrityError):
            UserFactory(username=name, email="")

    @pytest.mark.parametrize("email", ["alice@shop.example", "ALICE@Shop.Example"])
    def test_an_address_is_taken_in_any_case(self, alice, email):
        with pytest.raises(IntegrityError):
            UserFactory(email=email)

    def test_several_have_no_address(self):
        UserFactory.create_batch(2, email="")

    def test_a_user_is_found_in_any_case(self, alice):
        assert users_named("aLiCe").get() == alice
