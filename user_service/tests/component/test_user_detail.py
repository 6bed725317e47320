"""GET and DELETE /api/users/{id}/"""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from servicekit.testing.messages import published
from user_service.tests.component.answers import assert_problem
from user_service.tests.factories import PASSWORD, account

pytestmark = pytest.mark.django_db

UNKNOWN_USER = "/api/users/404404/"


def address(user):
    return f"/api/users/{user.pk}/"


class TestRead:
    @pytest.mark.parametrize("caller", ["as_alice", "as_staff", "as_service"])
    def test_gives_the_whole_account(self, request, caller, alice):
        answer = request.getfixturevalue(caller).get(address(alice))

        assert answer.status_code == 200
        assert answer.json() == {
            "id": alice.pk,
            "username": "alice",
            "email": "alice@shop.example",
            "email_verified": False,
            "first_name": "Alice",
            "last_name": "Lee",
            "is_active": True,
            "created_at": alice.date_joined.isoformat().replace("+00:00", "Z"),
            "bio": "Likes lamps.",
            "birth_date": "1990-05-17",
            "phone_number": "+493012345678",
        }

    def test_the_route_has_a_name(self, alice):
        assert reverse("user-detail", args=[alice.pk]) == address(alice)

    def test_shows_an_inactive_account(self, as_service, alice):
        User.objects.filter(pk=alice.pk).update(is_active=False)

        assert as_service.get(address(alice)).json()["is_active"] is False

    def test_shows_a_change_at_once(self, as_service, as_alice, alice):
        as_service.get(address(alice))

        as_alice.patch(address(alice), {"first_name": "Al"})

        assert as_service.get(address(alice)).json()["first_name"] == "Al"

    @pytest.mark.parametrize("caller", ["as_alice", "as_staff", "as_service"])
    def test_reading_an_unknown_user_is_404(self, request, caller):
        assert_problem(request.getfixturevalue(caller).get(UNKNOWN_USER), 404, "USER_NOT_FOUND")

    @pytest.mark.security
    def test_another_customer_is_403(self, as_bob, alice):
        assert_problem(as_bob.get(address(alice)), 403, "PERMISSION_DENIED")

    @pytest.mark.security
    def test_a_service_without_the_scope_is_403(self, as_service_without_scope, alice):
        assert_problem(as_service_without_scope.get(address(alice)), 403, "PERMISSION_DENIED")

    @pytest.mark.security
    @pytest.mark.parametrize("method", ["get", "patch", "delete"])
    def test_without_a_token_is_401(self, nobody, alice, method):
        answer = getattr(nobody, method)(address(alice))

        assert_problem(answer, 401, "NOT_AUTHENTICATED")
        assert answer["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("method", ["post", "put"])
    def test_another_method_is_405(self, as_alice, alice, method):
        assert_problem(getattr(as_alice, method)(address(alice)), 405, "METHOD_NOT_ALLOWED")


class TestDelete:
    @pytest.mark.parametrize("caller", ["as_alice", "as_staff"])
    def test_deletes_and_announces_it(self, request, caller, alice, as_service):
        answer = request.getfixturevalue(caller).delete(address(alice))

        assert (answer.status_code, answer.content) == (204, b"")
        assert_problem(as_service.get(address(alice)), 404, "USER_NOT_FOUND")
        assert [event.data for event in published("user.deleted")] == [{"user_id": alice.pk}]

    def test_the_names_can_be_registered_again(self, as_alice, alice, nobody):
        as_alice.delete(address(alice))

        assert nobody.post("/api/users/", account()).status_code == 201

    @pytest.mark.security
    def test_token_and_password_are_no_longer_valid(self, as_alice, alice, nobody):
        as_alice.delete(address(alice))

        assert_problem(as_alice.get(address(alice)), 401, "INVALID_TOKEN")
        assert_problem(nobody.post("/api/auth/login/", {"username": "alice", "password": PASSWORD}), 401)

    @pytest.mark.security
    @pytest.mark.parametrize("caller", ["as_bob", "as_service", "as_service_without_scope"])
    def test_other_callers_are_403(self, request, caller, alice):
        assert_problem(request.getfixturevalue(caller).delete(address(alice)), 403, "PERMISSION_DENIED")
        assert User.objects.filter(pk=alice.pk).exists()

    def test_deleting_an_unknown_user_is_404(self, as_staff):
        assert_problem(as_staff.delete(UNKNOWN_USER), 404, "USER_NOT_FOUND")
