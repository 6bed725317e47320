"""A token that is no good is 401, on every route that asks for one."""

import pytest

from servicekit.testing.client import ApiClient
from user_service.tests.component.answers import assert_problem
from user_service.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.security]

ROUTES = [("get", "/api/users/"), ("get", "/api/users/{id}/"), ("patch", "/api/users/{id}/")]
ROUTES += [("delete", "/api/users/{id}/"), ("post", "/api/auth/logout/")]

BAD_TOKENS = {
    "expired": lambda mint, user: mint.expired(user),
    "unsigned": lambda mint, user: mint.unsigned(user),
    "meant for others": lambda mint, user: mint.wrong_audience(user),
    "signed by others": lambda mint, user: mint.foreign_signature(user),
    "a refresh token": lambda mint, user: mint.refresh(user),
    "of a user who was deleted": lambda mint, _: mint.customer(404404),
    "of a user beyond all ids": lambda mint, _: mint.customer(2**63 - 1),
    "of a customer who claims to be staff": lambda mint, user: mint.staff(user),
    "no token": lambda *_: "seven",
    "three dots": lambda *_: "...",
    "too long": lambda *_: "x" * 10_000,
    "with a role of its own": lambda mint, user: mint.forged(user, roles=["owner"]),
    "without an end": lambda mint, user: mint.forged(user, exp=None),
}


class TestToken:
    @pytest.mark.parametrize(("method", "route"), ROUTES)
    @pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
    def test_is_no_good(self, mint, alice, token, method, route):
        client = ApiClient.as_(token(mint, alice.pk))

        assert_problem(getattr(client, method)(route.format(id=alice.pk)), 401, "INVALID_TOKEN")
        alice.refresh_from_db()


class TestAccount:
    def test_that_was_deactivated_opens_nothing(self, as_alice, as_staff, alice):
        as_staff.patch(f"/api/users/{alice.pk}/", {"is_active": False})

        assert_problem(as_alice.get(f"/api/users/{alice.pk}/"), 401, "INVALID_TOKEN")

    def test_that_is_no_longer_staffs_is_a_customers_again(self, calling):
        sara = UserFactory(staff=True)
        client = calling(sara)
        sara.is_staff = False
        sara.save()

        assert_problem(client.get("/api/users/"), 401, "INVALID_TOKEN")
        assert calling(sara).get("/api/users/").status_code == 200
