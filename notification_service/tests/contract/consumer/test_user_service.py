"""What notification_service needs of user_service over HTTP, called by its own clients."""

import pytest
from pact.interaction import HttpInteraction

from notification_service.clients import Contact, HttpUserDirectory
from notification_service.exceptions import UnknownUser
from servicekit.auth.service_tokens import ServiceToken
from servicekit.calls.http import HttpNeighbour, NeighbourUnavailable
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract

LONG_NAME = "Hubert Blaine " * 10
"""140 characters; an account's first name may have 150."""


@pytest.fixture
def user_service() -> Contract:
    return Contract("notification_service", "user_service")


def users_at(url: str) -> HttpUserDirectory:
    return HttpUserDirectory(HttpNeighbour("user_service", url, token=lambda: "token-of-notification_service"))


def reads_a_user(contract: Contract, description: str, **user: object) -> HttpInteraction:
    """The request for one user; the caller adds the answer."""
    return (
        contract.upon_receiving(description)
        .given("a user", user)
        .with_request("GET", f"/api/users/{user['id']}/")
        .with_header("Authorization", matchers.token_of("notification_service"))
    )


class TestContact:
    def test_has_the_first_name_as_name(self, user_service):
        interaction = reads_a_user(
            user_service, "read an active user", id=7, username="alice", email="alice@example.org", first_name="Alice"
        )
        interaction.will_respond_with(200).with_body(
            {
                "id": 7,
                "username": matchers.text("alice"),
                "email": matchers.matching("alice@example.org", r"^[^@\s]+@[^@\s]+$"),
                "first_name": matchers.text("Alice"),
                "email_verified": matchers.boolean(True),
                "is_active": True,
            },
            "application/json",
        )

        with user_service.serving() as url:
            contact = users_at(url).contact(7)

        assert contact == Contact(
            user_id=7, name="Alice", email="alice@example.org", email_verified=True, is_active=True
        )

    def test_has_the_username_as_name_when_there_is_no_first_name(self, user_service):
        interaction = reads_a_user(
            user_service,
            "read a user without a first name",
            id=8,
            username="bob",
            email="bob@example.org",
            first_name="",
        )
        interaction.will_respond_with(200).with_body(
            {
                "id": 8,
                "username": matchers.text("bob"),
                "email": matchers.text("bob@example.org"),
                "first_name": "",
                "email_verified": matchers.boolean(True),
                "is_active": True,
            },
            "application/json",
        )

        with user_service.serving() as url:
            assert users_at(url).contact(8).name == "bob"

    def test_may_have_a_long_name(self, user_service):
        interaction = reads_a_user(
            user_service, "read a user with a long name", id=9, email="hubert@example.org", first_name=LONG_NAME.strip()
        )
        interaction.will_respond_with(200).with_body(
            {
                "id": 9,
                "username": matchers.text("hubert"),
                "email": matchers.text("hubert@example.org"),
                "first_name": LONG_NAME.strip(),
                "email_verified": matchers.boolean(True),
                "is_active": True,
            },
            "application/json",
        )

        with user_service.serving() as url:
            assert users_at(url).contact(9).name == LONG_NAME.strip()

    def test_can_be_inactive(self, user_service):
        interaction = reads_a_user(
            user_service, "read an inactive user", id=8, email="bob@example.org", is_active=False
        )
        interaction.will_respond_with(200).with_body(
            {
                "id": 8,
                "username": matchers.text("bob"),
                "email": matchers.text("bob@example.org"),
                "email_verified": matchers.boolean(True),
                "is_active": False,
            },
            "application/json",
        )

        with user_service.serving() as url:
            assert users_at(url).contact(8).is_active is False

    def test_of_an_unknown_user_is_recognised_by_the_code(self, user_service):
        """A 404 without this code may be a route that has moved."""
        (
            user_service.upon_receiving("read an unknown user")
            .given("nobody with this id", id=404)
            .with_request("GET", "/api/users/404/")
            .with_header("Authorization", matchers.token_of("notification_service"))
            .will_respond_with(404)
            .with_body({"code": "USER_NOT_FOUND"}, "application/json")
        )

        with user_service.serving() as url, pytest.raises(UnknownUser):
            users_at(url).contact(404)

    def test_is_refused_without_a_token(self, user_service):
        (
            user_service.upon_receiving("read a user without a token")
            .given("a user", id=7)
            .with_request("GET", "/api/users/7/")
            .will_respond_with(401)
        )

        with user_service.serving() as url, pytest.raises(NeighbourUnavailable, match="401"):
            HttpUserDirectory(HttpNeighbour("user_service", url)).contact(7)


class TestServiceToken:
    def test_is_issued_for_our_secret(self, user_service):
        (
            user_service.upon_receiving("a token for notification_service")
            .given("a client", client_id="notification_service", client_secret="an-example-secret")
            .with_request("POST", "/api/auth/service-token/")
            .with_body({"client_id": "notification_service", "client_secret": "an-example-secret"}, "application/json")
            .will_respond_with(200)
            .with_body(
                {"access_token": matchers.text("token-of-notification_service"), "expires_in": matchers.integer(300)},
                "application/json",
            )
        )

        with user_service.serving() as url:
            token = ServiceToken(
                HttpNeighbour("user_service", url), client_id="notification_service", client_secret="an-example-secret"
            )
            assert token() == "token-of-notification_service"
