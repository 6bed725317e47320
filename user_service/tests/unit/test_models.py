import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from user_service.models import users_named
from user_service.tests.factories import UserFactory, UserProfileFactory

pytestmark = pytest.mark.django_db


class TestProfile:
    def test_text_names_the_user(self):
        profile = UserProfileFactory(user__username="alice")

        assert str(profile) == "Profile for alice"

    def test_is_an_attribute_of_its_user(self):
        profile = UserProfileFactory()

        assert profile.user.profile == profile

    def test_a_user_cannot_have_two(self, alice):
        UserProfileFactory(user=alice)

        with pytest.raises(IntegrityError):
            UserProfileFactory(user=alice)

    def test_is_deleted_with_its_user(self):
        profile = UserProfileFactory()

        profile.user.delete()

        assert not type(profile).objects.exists()

    def test_may_be_empty(self):
        UserProfileFactory(empty=True).full_clean()

    def test_full_clean_checks_the_phone_number(self):
        with pytest.raises(ValidationError) as refused:
            UserProfileFactory(phone_number="123").full_clean()

        assert set(refused.value.message_dict) == {"phone_number"}


class TestNames:
    """The database refuses duplicates, from any code."""

    @pytest.mark.parametrize("name", ["alice", "Alice", "ALICE"])
    def test_a_user_name_is_unique_ignoring_case(self, alice, name):
        with pytest.raises(IntegrityError):
            UserFactory(username=name, email="")

    def test_a_proven_address_is_unique(self):
        UserProfileFactory(verified_email="alice@shop.example")

        with pytest.raises(IntegrityError):
            UserProfileFactory(verified_email="alice@shop.example")

    def test_several_users_may_have_proven_no_address(self):
        UserProfileFactory.create_batch(2, verified_email=None)

    def test_users_named_ignores_case(self, alice):
        assert users_named("aLiCe").get() == alice
