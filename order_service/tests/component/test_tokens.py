"""A token that is no good is 401, on every route, and changes nothing."""

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
    "meant for others": lambda mint: mint.wrong_audience(ALICE),
    "signed by others": lambda mint: mint.foreign_signature(ALICE),
    "a refresh token": lambda mint: mint.refresh(ALICE),
    "no token": lambda _: "seven",
    "too long": lambda _: "x" * 10_000,
    "not ASCII": lambda _: "töken.töken.töken",
    "without an end": lambda mint: mint.forged(exp=None),
    "with a role of its own": lambda mint: mint.forged(roles=["owner"]),
}


def event(kind, **data):
    return Envelope(source="/user_service", type=kind, subject=str(ALICE), data={"user_id": ALICE, **data})


class TestToken:
    @pytest.mark.parametrize(("method", "route"), ROUTES)
    @pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
    def test_is_no_good(self, mint, token, method, route):
        answer = getattr(ApiClient.as_(token(mint)), method)(route)

        assert answer.status_code == 401
        assert answer.json()["code"] == "INVALID_TOKEN"
        assert answer["WWW-Authenticate"].startswith("Bearer")


class TestRevoked:
    def test_a_token_whose_owner_signed_out_opens_nothing(self, mint):
        in_a_while = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
        client = ApiClient.as_(mint.customer(ALICE, token_id="signed-out"))
        before = client.get("/api/orders/")

        deliver(app, event("token.revoked", token_id="signed-out", expires_at=in_a_while))
        after = client.get("/api/orders/")

        assert (before.status_code, after.status_code) == (200, 401)

    def test_a_deleted_users_tokens_open_nothing(self, mint, alice):
        deliver(app, event("user.deleted"))

        assert alice.get("/api/orders/").status_code == 401
        assert ApiClient.as_(mint.customer(ALICE)).get("/api/orders/").status_code == 401


class TestKeys:
    def test_before_user_service_ever_answered_nobody_is_known(self, alice, user_service):
        """503, for the token may be good: 401 would send a customer who is signed in away to sign in."""
        user_service.socket.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        answer = alice.get("/api/orders/")

        assert_problem(answer, 503, "NEIGHBOUR_UNAVAILABLE")
        assert int(answer["Retry-After"]) > 0

    def test_what_is_known_outlasts_user_service(self, alice, user_service):
        alice.get("/api/orders/")
        user_service.socket.replace("GET", f"{USERS}/.well-known/jwks.json", status=500)

        assert alice.get("/api/orders/").status_code == 200
