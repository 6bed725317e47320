"""A request without a valid token is 401, on every route."""

from datetime import UTC, datetime, timedelta

import pytest

from notification_service.celery_app import app
from notification_service.tests.component.neighbours import USERS
from notification_service.tests.factories import event
from notification_service.tests.people import ALICE
from servicekit.testing.client import ApiClient
from servicekit.testing.messages import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.security]

ROUTES = [
    ("get", f"/api/users/{ALICE}/notifications/"),
    ("post", f"/api/users/{ALICE}/notifications/1/read/"),
    ("post", "/api/user-updated/"),
]

BAD_TOKENS = {
    "expired": lambda mint: mint.expired(ALICE),
    "unsigned": lambda mint: mint.unsigned(ALICE),
    "for another audience": lambda mint: mint.wrong_audience(ALICE),
    "signed with another key": lambda mint: mint.foreign_signature(ALICE),
    "a refresh token": lambda mint: mint.refresh(ALICE),
    "not a token": lambda _: "seven",
    "empty": lambda _: "",
    "dots only": lambda _: "...",
    "too long": lambda _: "x" * 10_000,
    "not ASCII": lambda _: "töken.töken.töken",
    "with an invalid user id": lambda mint: mint.forged(sub="-7"),
    "without a subject": lambda mint: mint.forged(sub=None),
    "without an expiry": lambda mint: mint.forged(exp=None),
    "with an unknown role": lambda mint: mint.forged(roles=["owner"]),
}


class TestInvalidToken:
    @pytest.mark.parametrize(("method", "route"), ROUTES)
    @pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
    def test_is_401(self, mint, token, method, route):
        answer = getattr(ApiClient.as_(token(mint)), method)(route)

        assert answer.status_code == 401
        assert set(answer.json()) == {"error", "code", "detail"}

    @pytest.mark.parametrize("header", ["", "Bearer", "Basic YWxpY2U6c2VjcmV0", "seven", "Bearer  ", "\x7f"])
    def test_a_header_without_a_bearer_token_is_401(self, header):
        client = ApiClient()
        client.credentials(HTTP_AUTHORIZATION=header)

        assert client.get(f"/api/users/{ALICE}/notifications/").status_code == 401


class TestRevoked:
    def test_a_token_is_401_after_its_owner_signed_out(self, mint):
        in_a_while = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
        client = ApiClient.as_(mint.customer(ALICE, token_id="signed-out"))
        before = client.get(f"/api/users/{ALICE}/notifications/")

        deliver(app, event("token.revoked", token_id="signed-out", expires_at=in_a_while))
        after = client.get(f"/api/users/{ALICE}/notifications/")

        assert (before.status_code, after.status_code) == (200, 401)

    def test_the_tokens_of_a_deleted_user_are_401(self, alice):
        before = alice.get(f"/api/users/{ALICE}/notifications/")

        deliver(app, event("user.deleted"))
        after = alice.get(f"/api/users/{ALICE}/notifications/")

        assert (before.status_code, after.status_code) == (200, 401)


class TestKeys:
    def test_without_any_keys_of_user_service_every_token_is_503(self, alice, user_service):
        """Not 401: the token may be valid, and its owner need not sign in again."""
        user_service.mock.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        answer = alice.get(f"/api/users/{ALICE}/notifications/")

        assert (answer.status_code, answer.json()["code"]) == (503, "NEIGHBOUR_UNAVAILABLE")
        assert int(answer["Retry-After"]) > 0

    def test_known_keys_are_used_while_user_service_is_down(self, alice, user_service):
        alice.get(f"/api/users/{ALICE}/notifications/")
        user_service.mock.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        assert alice.get(f"/api/users/{ALICE}/notifications/").status_code == 200
