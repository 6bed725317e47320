"""What cannot become an account. Asks no database: names that are taken are found out by the insert."""

import pytest

from user_service.exceptions import InvalidUserData
from user_service.services.drafts import Draft
from user_service.tests.factories import account


def refused(**fields):
    """Give the fields that are to blame, with reasons."""
    with pytest.raises(InvalidUserData) as refusal:
        Draft.of(account(**fields))
    assert all(refusal.value.fields.values())
    return refusal.value.fields


class TestRefused:
    def test_says_everything_at_once(self):
        fields = refused(email="nowhere", password="short", bio="x" * 2001, birth_date="1850-01-01")

        assert set(fields) == {"email", "password", "bio", "birth_date"}

    @pytest.mark.parametrize(
        "password", ["", "short 1", "12345678901", "password123", "alice@shop.example", 12345678901]
    )
    def test_a_weak_password(self, password):
        assert set(refused(password=password)) == {"password"}

    @pytest.mark.parametrize("username", ["", "al ice", "ålice", "\u0430lice", "a" * 151, "alice\n"])
    def test_a_user_name_that_is_none(self, username):
        assert "username" in refused(username=username)

    @pytest.mark.parametrize(
        "email",
        [
            "alice",
            "alice@",
            "@shop.example",
            "älice@shop.example",
            "alice@bücher.example",
            "\u212aate@shop.example",
            f"{'a' * 250}@b.example",
        ],
    )
    def test_an_address_that_is_none(self, email):
        assert set(refused(email=email)) == {"email"}

    def test_a_name_that_would_break_lines(self):
        assert set(refused(first_name="Alice\r\nBcc: everybody@shop.example")) == {"first_name"}

    def test_a_field_that_nobody_has(self):
        fields = refused(is_superuser=True, profile_data={"shoe_size": 43})

        assert set(fields) == {"is_superuser", "profile_data.shoe_size"}

    def test_a_field_given_twice(self):
        assert set(refused(bio="one", profile_data={"bio": "two"})) == {"bio"}
