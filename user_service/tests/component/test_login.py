"""POST /api/auth/login/, refresh/ and logout/"""

import pytest
from django.urls import reverse

from servicekit.testing.client import ApiClient
from servicekit.testing.messages import published
from user_service.tests.component.answers import assert_problem, assert_refuses_fields
from user_service.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN, REFRESH, LOGOUT = "/api/auth/login/", "/api/auth/refresh/", "/api/auth/logout/"


@pytest.fixture
def tokens(nobody, alice):
    return nobody.post(LOGIN, {"username": "alice", "password": PASSWORD}).json()


def is_valid(access_token, user):
    return ApiClient.as_(access_token).get(f"/api/users/{user.pk}/").status_code == 200


class TestLogin:
    @pytest.mark.smoke
    def test_gives_tokens_that_no_cache_stores(self, nobody, alice):
        answer = nobody.post(LOGIN, {"username": "alice", "password": PASSWORD})

        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
        assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 900)
        assert answer["Cache-Control"] == "no-store"
        assert is_valid(answer.json()["access_token"], alice)

    def test_the_routes_have_names(self):
        names = ("auth-login", "auth-refresh", "auth-logout")

        assert [reverse(name) for name in names] == [LOGIN, REFRESH, LOGOUT]

    @pytest.mark.security
    @pytest.mark.parametrize(("username", "password"), [("alice", "wrong"), ("nobody", PASSWORD), ("bob", PASSWORD)])
    def test_a_failed_sign_in_does_not_tell_the_reason(self, nobody, alice, username, password):
        UserFactory(username="bob", inactive=True)

        answer = nobody.post(LOGIN, {"username": username, "password": password})

        assert_problem(answer, 401, "INVALID_CREDENTIALS")
        assert answer.json()["detail"] == "No active account has this user name and password."
        assert answer["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, ["username", "password"]),
            ({"username": "alice"}, ["password"]),
            ({"username": ["alice"], "password": PASSWORD}, ["username"]),
            ({"username": "alice", "password": {"$gt": ""}}, ["password"]),
            ({"username": "a" * 151, "password": "x" * 129}, ["username", "password"]),
        ],
    )
    def test_a_malformed_body_is_400(self, nobody, body, fields):
        assert_refuses_fields(nobody.post(LOGIN, body), *fields)


class TestRefresh:
    def test_gives_new_tokens(self, nobody, tokens, alice):
        answer = nobody.post(REFRESH, {"refresh_token": tokens["refresh_token"]})

        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert set(answer.json()) == set(tokens)
        assert is_valid(answer.json()["access_token"], alice)

    @pytest.mark.security
    def test_using_a_refresh_token_twice_ends_its_session(self, nobody, tokens, alice):
        renewed = nobody.post(REFRESH, {"refresh_token": tokens["refresh_token"]}).json()

        again = nobody.post(REFRESH, {"refresh_token": tokens["refresh_token"]})

        assert_problem(again, 401, "REFRESH_TOKEN_REUSED")
        assert_problem(nobody.post(REFRESH, {"refresh_token": renewed["refresh_token"]}), 401, "INVALID_REFRESH_TOKEN")
        assert not is_valid(renewed["access_token"], alice)
        assert len(published("token.revoked")) == 2

    @pytest.mark.security
    @pytest.mark.parametrize("kind", ["access_token", "unknown"])
    def test_an_access_token_or_an_unknown_token_is_401(self, nobody, tokens, kind):
        answer = nobody.post(REFRESH, {"refresh_token": tokens.get(kind, kind)[:256]})

        assert_problem(answer, 401, "INVALID_REFRESH_TOKEN")

    @pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": None}, {"refresh_token": "x" * 257}])
    def test_a_malformed_refresh_token_is_400(self, nobody, body):
        assert_refuses_fields(nobody.post(REFRESH, body), "refresh_token")


class TestLogout:
    def test_ends_the_session_at_once(self, nobody, tokens, alice):
        answer = ApiClient.as_(tokens["access_token"]).post(LOGOUT)

        assert (answer.status_code, answer.content) == (204, b"")
        assert not is_valid(tokens["access_token"], alice)
        assert nobody.post(REFRESH, {"refresh_token": tokens["refresh_token"]}).status_code == 401

    def test_announces_the_revoked_token(self, tokens, alice):
        ApiClient.as_(tokens["access_token"]).post(LOGOUT)

        [revoked] = published("token.revoked")
        assert set(revoked.data) == {"token_id", "user_id", "expires_at"}
        assert revoked.data["user_id"] == alice.pk

    def test_a_second_logout_is_401(self, tokens):
        client = ApiClient.as_(tokens["access_token"])
        client.post(LOGOUT)

        assert_problem(client.post(LOGOUT), 401, "INVALID_TOKEN")

    def test_a_malformed_refresh_token_is_400(self, as_alice):
        assert_refuses_fields(as_alice.post(LOGOUT, {"refresh_token": ["x"]}), "refresh_token")

    def test_without_a_token_is_401(self, nobody):
        assert_problem(nobody.post(LOGOUT), 401, "NOT_AUTHENTICATED")

    def test_with_a_service_token_is_403(self, as_service):
        assert_problem(as_service.post(LOGOUT), 403, "PERMISSION_DENIED")
