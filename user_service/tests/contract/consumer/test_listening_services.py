"""What user_service needs of the services that cache its users: they accept notifications of changes."""

import pytest

from servicekit.base.telemetry import bound_request_id
from servicekit.calls.http import HttpNeighbour
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract
from user_service.clients import ListeningService

LISTENING = ["notification_service", "order_service"]


@pytest.fixture(params=LISTENING)
def neighbour(request: pytest.FixtureRequest) -> Contract:
    return Contract("user_service", request.param)


def neighbour_at(url: str, *, token: str) -> ListeningService:
    return ListeningService(HttpNeighbour("the neighbour", url, token=lambda: token))


class TestReportOfAChange:
    @pytest.mark.parametrize(
        ("description", "changes"),
        [
            ("report a changed name", ["first_name"]),
            ("report a deactivated account", ["is_active"]),
            ("report a change of all fields", ["bio", "email", "first_name", "last_name"]),
        ],
    )
    def test_is_accepted(self, neighbour, description, changes):
        (
            neighbour.upon_receiving(description)
            .with_request("POST", "/api/user-updated/")
            .with_header("Authorization", matchers.token_of("user_service"))
            .with_header("X-Request-ID", matchers.matching("a-request-of-the-contract", r"^[A-Za-z0-9._-]{1,128}$"))
            .with_body({"user_id": matchers.integer(7), "changes": changes}, "application/json")
            .will_respond_with(200)
        )

        with neighbour.serving() as url, bound_request_id("a-request-of-the-contract"):
            accepted = neighbour_at(url, token="token-of-user_service").tell(user_id=7, changes=changes)

        assert accepted is True

    def test_of_a_customer_is_refused(self, neighbour):
        """Only user_service may make a service drop its copies."""
        (
            neighbour.upon_receiving("report a change as a customer")
            .with_request("POST", "/api/user-updated/")
            .with_header("Authorization", matchers.token_of("user 7"))
            .with_body({"user_id": matchers.integer(7), "changes": ["first_name"]}, "application/json")
            .will_respond_with(403)
        )

        with neighbour.serving() as url:
            accepted = neighbour_at(url, token="token-of-user-7").tell(user_id=7, changes=["first_name"])

        assert accepted is False

    def test_with_an_invalid_token_is_refused(self, neighbour):
        (
            neighbour.upon_receiving("report a change with an invalid token")
            .with_request("POST", "/api/user-updated/")
            .with_header("Authorization", "Bearer invalid-token")
            .with_body({"user_id": matchers.integer(7), "changes": ["first_name"]}, "application/json")
            .will_respond_with(401)
        )

        with neighbour.serving() as url:
            accepted = neighbour_at(url, token="invalid-token").tell(user_id=7, changes=["first_name"])

        assert accepted is False
