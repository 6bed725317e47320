"""What order_service requires of user_service over HTTP, called by its own clients."""

import pytest

from order_service.clients.users import HttpUserDirectory
from servicekit.auth.service_tokens import ServiceToken
from servicekit.calls.http import HttpNeighbour, NeighbourUnavailable
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract


@pytest.fixture
def user_service() -> Contract:
    return Contract("order_service", "user_service")


def users_at(url: str) -> HttpUserDirectory:
    return HttpUserDirectory(HttpNeighbour("user_service", url, token=lambda: "token-of-order_service"))


class TestReadAUser:
    def test_an_active_user_may_order(self, user_service):
        (
            user_service.upon_receiving("read an active user")
            .given("a user", id=7)
            .with_request("GET", "/api/users/7/")
            .with_header("Authorization", matchers.token_of("order_service"))
            .will_respond_with(200)
            .with_body({"id": 7, "is_active": True}, "application/json")
        )

        with user_service.serving() as url:
            assert users_at(url).is_active(7) is True

    def test_an_inactive_user_may_not(self, user_service):
        (
            user_service.upon_receiving("read an inactive user")
            .given("a user", id=8, is_active=False)
            .with_request("GET", "/api/users/8/")
            .with_header("Authorization", matchers.token_of("order_service"))
            .will_respond_with(200)
            .with_body({"id": 8, "is_active": False}, "application/json")
        )

        with user_service.serving() as url:
            assert users_at(url).is_active(8) is False

    def test_an_unknown_user_may_not(self, user_service):
        """The code says that there is no such user; another 404 may come from a changed route."""
        (
            user_service.upon_receiving("read an unknown user")
            .given("nobody with this id", id=404)
            .with_request("GET", "/api/users/404/")
            .with_header("Authorization", matchers.token_of("order_service"))
            .will_respond_with(404)
            .with_body({"code": "USER_NOT_FOUND"}, "application/json")
        )

        with user_service.serving() as url:
            assert users_at(url).is_active(404) is False

    def test_a_request_without_a_token_is_an_error(self, user_service):
        (
            user_service.upon_receiving("read a user without a token")
            .given("a user", id=7)
            .with_request("GET", "/api/users/7/")
            .will_respond_with(401)
        )

        with user_service.serving() as url, pytest.raises(NeighbourUnavailable, match="401"):
            HttpUserDirectory(HttpNeighbour("user_service", url)).is_active(7)


class TestServiceToken:
    def test_is_issued_for_our_secret(self, user_service):
        (
            user_service.upon_receiving("a token for order_service")
            .given("a client", client_id="order_service", client_secret="an-example-secret")
            .with_request("POST", "/api/auth/service-token/")
            .with_body({"client_id": "order_service", "client_secret": "an-example-secret"}, "application/json")
            .will_respond_with(200)
            .with_body(
                {"access_token": matchers.text("token-of-order_service"), "expires_in": matchers.integer(300)},
                "application/json",
            )
        )

        with user_service.serving() as url:
            token = ServiceToken(
                HttpNeighbour("user_service", url), client_id="order_service", client_secret="an-example-secret"
            )
            assert token() == "token-of-order_service"

    def test_is_refused_for_another_secret(self, user_service):
        (
            user_service.upon_receiving("a token for order_service with the wrong secret")
            .given("a client", client_id="order_service", client_secret="an-example-secret")
            .with_request("POST", "/api/auth/service-token/")
            .with_body({"client_id": "order_service", "client_secret": "not-the-secret"}, "application/json")
            .will_respond_with(401)
        )

        with user_service.serving() as url:
            token = ServiceToken(
                HttpNeighbour("user_service", url), client_id="order_service", client_secret="not-the-secret"
            )
            with pytest.raises(NeighbourUnavailable, match="refused"):
                token()
