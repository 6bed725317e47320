"""PATCH /api/users/{id}/"""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from servicekit.testing.messages import commands, published
from user_service.services import UserService
from user_service.tests.component.answers import assert_problem, assert_refuses_fields
from user_service.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another horse 8"


def address(user):
    return f"/api/users/{user.pk}/"


def sign_in(client, password):
    return client.post("/api/auth/login/", {"username": "alice", "password": password}).status_code


class TestChange:
    def test_a_customer_changes_the_own_account(self, as_alice, alice):
        answer = as_alice.patch(address(alice), {"first_name": "Al", "profile_data": {"bio": None}, "birth_date": None})

        assert answer.status_code == 200
        assert (answer.json()["first_name"], answer.json()["bio"], answer.json()["birth_date"]) == ("Al", None, None)
        assert answer.json()["phone_number"] == "+493012345678"

    def test_announces_the_changed_field(self, as_alice, alice):
        as_alice.patch(address(alice), {"email": "al@shop.example", "current_password": PASSWORD})

        assert [event.data["changes"] for event in published("user.updated")] == [["email"]]
        assert len(commands("user_service.notify_profile_update")) == 1

    def test_sending_nothing_or_the_same_values_changes_nothing(self, as_alice, alice):
        as_it_is = as_alice.get(address(alice)).json()

        assert as_alice.patch(address(alice), {}).status_code == 200
        assert as_alice.patch(address(alice), as_it_is).json() == as_it_is
        assert published() == []

    def test_staff_change_user_name_and_is_active(self, as_staff, alice):
        answer = as_staff.patch(address(alice), {"username": "alicia", "is_active": False})

        assert (answer.json()["username"], answer.json()["is_active"]) == ("alicia", False)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "nowhere"),
            ("email", ""),
            ("phone_number", "123"),
            ("first_name", 7 * ["x"]),
            ("is_active", "maybe"),
        ],
    )
    def test_an_invalid_value_is_400(self, as_alice, alice, field, value):
        assert_refuses_fields(as_alice.patch(address(alice), {field: value, "bio": "Hello."}), field)
        assert published() == []

    def test_a_taken_name_is_400(self, as_staff, alice, bob):
        assert_refuses_fields(as_staff.patch(address(alice), {"username": "BOB"}), "username")

    def test_changing_an_unknown_user_is_404(self, as_staff):
        assert_problem(as_staff.patch("/api/users/404404/", {}), 404, "USER_NOT_FOUND")


@pytest.mark.security
class TestForbiddenChange:
    @pytest.mark.parametrize(("field", "value"), [("is_active", False), ("username", "admin")])
    def test_a_customer_changing_a_staff_field_is_403(self, as_alice, alice, field, value):
        assert_problem(as_alice.patch(address(alice), {field: value}), 403, "STAFF_ONLY")

    @pytest.mark.regression
    def test_an_old_value_sent_back_does_not_undo_a_change_by_staff(self, as_alice, alice):
        cache.clear()
        UserService().get_user_by_id(alice.pk)  # caches the account before the change
        User.objects.filter(pk=alice.pk).update(username="alicia")

        as_alice.patch(address(alice), {"username": "alice", "bio": "Hello."})

        alice.refresh_from_db()
        assert (alice.username, alice.profile.bio) == ("alicia", "Hello.")

    def test_is_staff_cannot_be_changed(self, as_alice, as_staff, alice):
        as_alice.patch(address(alice), {"is_staff": True, "is_superuser": True})
        as_staff.patch(address(alice), {"is_staff": True, "is_superuser": True})

        alice.refresh_from_db()
        assert (alice.is_staff, alice.is_superuser) == (False, False)

    @pytest.mark.parametrize("caller", ["as_bob", "as_service", "as_service_without_scope"])
    def test_changing_another_account_is_403(self, request, caller, alice):
        answer = request.getfixturevalue(caller).patch(address(alice), {"bio": "I was here."})

        assert_problem(answer, 403, "PERMISSION_DENIED")
        alice.profile.refresh_from_db()
        assert alice.profile.bio == "Likes lamps."


@pytest.mark.security
class TestPassword:
    def test_is_changed_with_the_current_one(self, as_alice, alice, nobody):
        answer = as_alice.patch(address(alice), {"password": NEW_PASSWORD, "current_password": PASSWORD})

        assert answer.status_code == 200
        assert (sign_in(nobody, PASSWORD), sign_in(nobody, NEW_PASSWORD)) == (401, 200)

    @pytest.mark.parametrize("current", [{}, {"current_password": "guessed"}, {"current_password": ""}])
    def test_is_not_changed_without_the_current_one(self, as_alice, alice, nobody, current):
        assert_refuses_fields(as_alice.patch(address(alice), {"password": NEW_PASSWORD, **current}), "current_password")
        assert sign_in(nobody, PASSWORD) == 200

    @pytest.mark.parametrize("current", [{}, {"current_password": "guessed"}])
    def test_a_new_address_needs_the_password(self, as_alice, alice, current):
        answer = as_alice.patch(address(alice), {"email": "al@shop.example", **current})

        assert_refuses_fields(answer, "current_password")
        alice.refresh_from_db()
        assert alice.email == "alice@shop.example"

    def test_a_weak_one_is_400(self, as_alice, alice):
        body = {"password": "password123", "current_password": PASSWORD}

        assert_refuses_fields(as_alice.patch(address(alice), body), "password")

    def test_staff_reset_it_without_the_current_one(self, as_staff, alice, nobody):
        assert as_staff.patch(address(alice), {"password": NEW_PASSWORD}).status_code == 200
        assert sign_in(nobody, NEW_PASSWORD) == 200
