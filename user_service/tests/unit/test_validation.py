"""Validation of new accounts. It makes no query: taken names are found by the insert."""

import pytest

from user_service.exceptions import InvalidUserData
from user_service.services.validation import NewAccount
from user_service.tests.factories import account


def invalid_fields(**fields):
    """Give the invalid fields and their reasons."""
    with pytest.raises(InvalidUserData) as refusal:
        NewAccount.of(account(**fields))
    assert [] not in refusal.value.fields.values()
    return refusal.value.fields


class TestNewAccount:
    def test_names_every_invalid_field(self):
        fields = invalid_fields(email="nowhere", password="short", bio="x" * 2001, birth_date="1850-01-01")

        assert set(fields) == {"email", "password", "bio", "birth_date"}

    def test_user_name_and_password_are_required(self):
        with pytest.raises(InvalidUserData) as refusal:
            NewAccount.of({})

        assert set(refusal.value.fields) == {"username", "password"}

    @pytest.mark.parametrize(
        "password", ["", "short 1", "12345678901", "password123", "alice@shop.example", 12345678901]
    )
    def test_a_weak_password_is_refused(self, password):
        assert set(invalid_fields(password=password)) == {"password"}

    @pytest.mark.parametrize("username", ["", "al ice", "ålice", "\u0430lice", "a" * 151, "alice\n"])
    def test_an_invalid_user_name_is_refused(self, username):
        assert "username" in invalid_fields(username=username)

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
            "alice@localhost",
            "alice@shop.localhost",
            "alice@[127.0.0.1]",
            "alice@127.0.0.10",
        ],
    )
    def test_an_invalid_address_is_refused(self, email):
        assert set(invalid_fields(email=email)) == {"email"}

    @pytest.mark.parametrize("name", ["Alice\r\nBcc: everybody@shop.example", "Alice \u202ekcab", "\u2066Alice"])
    def test_a_name_with_control_characters_is_refused(self, name):
        assert set(invalid_fields(first_name=name)) == {"first_name"}

    def test_unknown_fields_are_refused(self):
        fields = invalid_fields(is_superuser=True, profile_data={"shoe_size": 43})

        assert set(fields) == {"is_superuser", "profile_data.shoe_size"}

    def test_a_field_given_twice_is_refused(self):
        assert set(invalid_fields(bio="one", profile_data={"bio": "two"})) == {"bio"}
