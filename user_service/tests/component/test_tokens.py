"""An invalid token is 401 on every route that needs a token."""

import pytest
from django.contrib.auth.models import User

from servicekit.testing.client import ApiClient
from user_service.tests.component.answers import assert_problem
from user_service.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.security]

ROUTES = [("get", "/api/users/"), ("get", "/api/users/{id}/"), ("patch", "/api/users/{id}/")]
ROUTES += [("delete", "/api/users/{id}/"), ("post", "/api/auth/logout/")]

BAD_TOKENS = {
    "expired": lambda mint, user: mint.expired(user),
    "unsigned": lambda mint, user: mint.unsigned(user),
    "for another audience": lambda mint, user: mint.wrong_audience(user),
    "signed with another key": lambda mint, user: mint.foreign_signature(user),
    "a refresh token": lambda mint, user: mint.refresh(user),
    "of an unknown user": lambda mint, _: mint.customer(404404),
    "of the largest user id": lambda mint, _: mint.customer(2**63 - 1),
    "staff token of a customer": lambda mint, user: mint.staff(user),
    "not a JWT": lambda *_: "seven",
    "three dots": lambda *_: "...",
    "too long": lambda *_: "x" * 10_000,
    "with an unknown role": lambda mint, user: mint.forged(user, roles=["owner"]),
    "without an expiry": lambda mint, user: mint.forged(user, exp=None),
}


class TestInvalidToken:
    @pytest.mark.parametrize(("method", "route"), ROUTES)
    @pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
    def test_is_401(self, mint, alice, token, method, route):
        client = ApiClient.as_(token(mint, alice.pk))

        assert_problem(getattr(client, method)(route.format(id=alice.pk)), 401, "INVALID_TOKEN")
        assert User.objects.filter(pk=alice.pk).exists()


class TestAccount:
    def test_the_token_of_a_deactivated_account_is_401(self, as_alice, as_staff, alice):
        as_staff.patch(f"/api/users/{alice.pk}/", {"is_active": False})

        assert_problem(as_alice.get(f"/api/users/{alice.pk}/"), 401, "INVALID_TOKEN")

    def test_the_staff_token_of_a_former_staff_member_is_401(self, calling):
        sara = UserFactory(staff=True)
        client = calling(sara)
        sara.is_staff = False
        sara.save()

        assert_problem(client.get("/api/users/"), 401, "INVALID_TOKEN")
        assert calling(sara).get("/api/users/").status_code == 200
