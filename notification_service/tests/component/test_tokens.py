"""A token that is no good is 401, on every route, and changes nothing."""

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
    "meant for others": lambda mint: mint.wrong_audience(ALICE),
    "signed by others": lambda mint: mint.foreign_signature(ALICE),
    "a refresh token": lambda mint: mint.refresh(ALICE),
    "no token": lambda _: "seven",
    "empty": lambda _: "",
    "three dots": lambda _: "...",
    "too long": lambda _: "x" * 10_000,
    "not ASCII": lambda _: "töken.töken.töken",
    "a user id that is none": lambda mint: mint.forged(sub="-7"),
    "without a subject": lambda mint: mint.forged(sub=None),
    "without an end": lambda mint: mint.forged(exp=None),
    "with a role of its own": lambda mint: mint.forged(roles=["owner"]),
}


class TestToken:
    @pytest.mark.parametrize(("method", "route"), ROUTES)
    @pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
    def test_is_no_good(self, mint, token, method, route):
        answer = getattr(ApiClient.as_(token(mint)), method)(route)

        assert answer.status_code == 401
        assert set(answer.json()) == {"error", "code", "detail"}

    @pytest.mark.parametrize("header", ["", "Bearer", "Basic YWxpY2U6c2VjcmV0", "seven", "Bearer  ", "\x7f"])
    def test_a_header_without_one_is_nobody(self, header):
        client = ApiClient()
        client.credentials(HTTP_AUTHORIZATION=header)

        assert client.get(f"/api/users/{ALICE}/notifications/").status_code == 401


class TestRevoked:
    def test_a_token_whose_owner_signed_out_opens_nothing(self, mint):
        in_a_while = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
        client = ApiClient.as_(mint.customer(ALICE, token_id="signed-out"))
        before = client.get(f"/api/users/{ALICE}/notifications/")

        deliver(app, event("token.revoked", token_id="signed-out", expires_at=in_a_while))
        after = client.get(f"/api/users/{ALICE}/notifications/")

        assert (before.status_code, after.status_code) == (200, 401)

    def test_a_deleted_user_s_token_opens_nothing(self, alice):
        before = alice.get(f"/api/users/{ALICE}/notifications/")

        deliver(app, event("user.deleted"))
        after = alice.get(f"/api/users/{ALICE}/notifications/")

        assert (before.status_code, after.status_code) == (200, 401)


class TestKeys:
    def test_before_user_service_ever_answered_nobody_is_known(self, alice, user_service):
        """503, for the token may be good: 401 would send somebody who is signed in away to sign in."""
        user_service.socket.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        answer = alice.get(f"/api/users/{ALICE}/notifications/")

        assert (answer.status_code, answer.json()["code"]) == (503, "NEIGHBOUR_UNAVAILABLE")
        assert int(answer["Retry-After"]) > 0

    def test_what_is_known_outlasts_user_service(self, alice, user_service):
        alice.get(f"/api/users/{ALICE}/notifications/")
        user_service.socket.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        assert alice.get(f"/api/users/{ALICE}/notifications/").status_code == 200
