import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from user_service.models import users_named
from user_service.tests.factories import UserFactory, UserProfileFactory

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

    def test_is_held_against_its_rules(self):
        with pytest.raises(ValidationError) as refused:
            UserProfileFactory(phone_number="123").full_clean()

        assert set(refused.value.message_dict) == {"phone_number"}


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
