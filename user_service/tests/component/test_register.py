"""POST /api/users/"""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicekit.testing.client import ApiClient
from servicekit.testing.messages import published
from user_service.tests.component.answers import assert_refuses_fields
from user_service.tests.factories import PASSWORD, UserFactory, UserProfileFactory, account

pytestmark = pytest.mark.django_db

USERS = "/api/users/"


class TestRegister:
    @pytest.mark.smoke
    def test_creates_an_account(self, nobody):
        answer = nobody.post(USERS, account(first_name="Alice"))

        user = User.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "id": user.pk,
            "username": "alice",
            "email": "alice@shop.example",
            "email_verified": False,
            "first_name": "Alice",
            "last_name": "",
            "is_active": True,
            "created_at": user.date_joined.isoformat().replace("+00:00", "Z"),
            "bio": None,
            "birth_date": None,
            "phone_number": None,
        }

    def test_the_route_has_a_name(self):
        assert reverse("user-list") == USERS

    @pytest.mark.parametrize("fields", [{"bio": "Hello."}, {"profile_data": {"bio": "Hello."}}])
    def test_saves_the_profile_flat_or_nested(self, nobody, fields):
        assert nobody.post(USERS, account(**fields)).json()["bio"] == "Hello."

    def test_the_new_user_is_announced_and_can_sign_in(self, nobody):
        user_id = nobody.post(USERS, account()).json()["id"]

        signed_in = nobody.post("/api/auth/login/", {"username": "alice", "password": PASSWORD})

        assert signed_in.status_code == 200
        assert [event.data["user_id"] for event in published("user.registered")] == [user_id]

    def test_an_invalid_token_is_ignored(self):
        assert ApiClient.as_("expired").post(USERS, account()).status_code == 201

    @pytest.mark.security
    def test_staff_rights_cannot_be_requested(self, nobody):
        nobody.post(USERS, account(is_staff=True, is_superuser=True, is_active=False, id=1))

        user = User.objects.get()
        assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)

    def test_spaces_are_part_of_a_password(self, nobody):
        nobody.post(USERS, account(password=f"  {PASSWORD} "))

        assert User.objects.get().check_password(f"  {PASSWORD} ")


class TestRefused:
    def test_without_required_fields(self, nobody):
        assert_refuses_fields(nobody.post(USERS, {}), "username", "email", "password")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "al ice"),
            ("username", "a" * 151),
            ("username", None),
            ("username", {"$ne": None}),
            ("email", "nowhere"),
            ("email", ["alice@shop.example"]),
            ("password", "12345678901"),
            ("password", "password123"),
            ("password", "x" * 129),
            ("password", None),
            ("first_name", "a" * 151),
            ("first_name", "Alice\nBcc: all"),
            ("bio", "x" * 2001),
            ("bio", ["x"]),
            ("birth_date", "yesterday"),
            ("birth_date", "2999-01-01"),
            ("birth_date", "1899-12-31"),
            ("birth_date", 19900101),
            ("phone_number", "123"),
            ("phone_number", "+4930" * 10),
            ("profile_data", "bio"),
            ("profile_data", [1]),
        ],
    )
    def test_an_invalid_field(self, nobody, field, value):
        assert_refuses_fields(nobody.post(USERS, account(**{field: value})), field)
        assert not User.objects.exists()

    def test_an_invalid_field_of_the_nested_profile(self, nobody):
        assert_refuses_fields(nobody.post(USERS, account(profile_data={"phone_number": "123"})), "phone_number")

    @pytest.mark.parametrize("username", ["alice", "ALICE"])
    def test_a_taken_user_name(self, nobody, username):
        UserFactory(username="alice", email="")

        assert_refuses_fields(nobody.post(USERS, account(username=username)), "username")


@pytest.mark.security
class TestProvenAddress:
    def test_registering_a_taken_address_answers_like_a_new_one(self, nobody):
        UserProfileFactory(user__email="bob@shop.example", verified_email="bob@shop.example")

        with CaptureQueriesContext(connection) as for_new:
            new = nobody.post(USERS, account())
        with CaptureQueriesContext(connection) as for_taken:
            taken = nobody.post(USERS, account(username="carol", email="bob@shop.example"))

        assert taken.status_code == new.status_code == 201
        assert taken.json().keys() == new.json().keys()
        assert taken.json()["email_verified"] is new.json()["email_verified"] is False
        assert shapes(for_taken) == shapes(for_new)


def shapes(queries):
    """Each statement, without its values."""
    return [re.sub(r"'[^']*'|\b[0-9a-f]{32}\b|\d+", "?", query["sql"]) for query in queries]
