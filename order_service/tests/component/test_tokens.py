"""An invalid or revoked token is 401 on every route."""

from datetime import UTC, datetime, timedelta

import pytest

from order_service.celery_app import app
from order_service.tests.component.bodies import assert_problem
from order_service.tests.component.neighbours import USERS
from order_service.tests.factories import ALICE
from servicekit.messages.events import Envelope
from servicekit.testing.client import ApiClient
from servicekit.testing.messages import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.security]

ROUTES = [
    ("get", "/api/products/"),
    ("post", "/api/products/"),
    ("get", "/api/products/1/"),
    ("patch", "/api/products/1/"),
    ("delete", "/api/products/1/"),
    ("get", "/api/orders/"),
    ("post", "/api/orders/"),
    ("get", "/api/orders/1/"),
    ("post", "/api/orders/1/cancel/"),
    ("post", "/api/orders/1/ship/"),
    ("get", f"/api/users/{ALICE}/orders/"),
    ("post", "/api/payments/"),
    ("post", "/api/user-updated/"),
]

BAD_TOKENS = {
    "expired": lambda mint: mint.expired(ALICE),
    "unsigned": lambda mint: mint.unsigned(ALICE),
    "for another audience": lambda mint: mint.wrong_audience(ALICE),
    "signed with another key": lambda mint: mint.foreign_signature(ALICE),
    "a refresh token": lambda mint: mint.refresh(ALICE),
    "not a token": lambda _: "seven",
    "too long": lambda _: "x" * 10_000,
    "not ASCII": lambda _: "töken.töken.töken",
    "without an expiry time": lambda mint: mint.forged(exp=None),
    "with an unknown role": lambda mint: mint.forged(roles=["owner"]),
}


def event(kind, **data):
    return Envelope(source="/user_service", type=kind, subject=str(ALICE), data={"user_id": ALICE, **data})


class TestToken:
    @pytest.mark.parametrize(("method", "route"), ROUTES)
    @pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
    def test_that_is_invalid_is_401(self, mint, token, method, route):
        answer = getattr(ApiClient.as_(token(mint)), method)(route)

        assert answer.status_code == 401
        assert answer.json()["code"] == "INVALID_TOKEN"
        assert answer["WWW-Authenticate"].startswith("Bearer")


class TestRevoked:
    def test_the_token_of_a_user_who_signed_out_is_401(self, mint):
        in_a_while = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
        client = ApiClient.as_(mint.customer(ALICE, token_id="signed-out"))
        before = client.get("/api/orders/")

        deliver(app, event("token.revoked", token_id="signed-out", expires_at=in_a_while))
        after = client.get("/api/orders/")

        assert (before.status_code, after.status_code) == (200, 401)

    def test_the_tokens_of_a_deleted_user_are_401(self, mint, alice):
        deliver(app, event("user.deleted"))

        assert alice.get("/api/orders/").status_code == 401
        assert ApiClient.as_(mint.customer(ALICE)).get("/api/orders/").status_code == 401


class TestKeys:
    def test_without_keys_from_user_service_a_token_is_503(self, alice, user_service):
        """Not 401: the token may be valid, and its owner must not be asked to sign in again."""
        user_service.socket.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        answer = alice.get("/api/orders/")

        assert_problem(answer, 503, "NEIGHBOUR_UNAVAILABLE")
        assert int(answer["Retry-After"]) > 0

    def test_known_keys_are_used_while_user_service_is_down(self, alice, user_service):
        alice.get("/api/orders/")
        user_service.socket.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        assert alice.get("/api/orders/").status_code == 200
