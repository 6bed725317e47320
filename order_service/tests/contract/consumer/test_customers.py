"""What `python -m order_service customers` requires of user_service: pages of users, and registration."""

import pytest
from pact.interaction import HttpInteraction

from order_service.clients.customers import Customer, CustomerBook
from order_service.exceptions import RegistrationRefused
from servicekit.calls.http import HttpNeighbour, NeighbourUnavailable
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract

LONG_NAME = "hubert" * 25
"""150 characters, as long as a user name may be."""


@pytest.fixture
def user_service() -> Contract:
    return Contract("order_service", "user_service")


def book_at(url: str) -> CustomerBook:
    return CustomerBook(HttpNeighbour("user_service", url, token=lambda: "token-of-order_service"))


def looks_for(
    contract: Contract, description: str, *, search: str, page: int = 1, given: str = "users", **state: object
) -> HttpInteraction:
    """The request for a page of users, up to its answer."""
    return (
        contract.upon_receiving(description)
        .given(given, state)
        .with_request("GET", "/api/users/")
        .with_header("Authorization", matchers.token_of("order_service"))
        .with_query_parameter("search", search)
        .with_query_parameter("page", str(page))
        .will_respond_with(200)
    )


def an_account(username: str, *, bio: object) -> dict[str, object]:
    return {
        "id": matchers.integer(7),
        "username": matchers.text(username),
        "email": matchers.text(f"{username}@example.org"),
        "bio": bio,
    }


class TestFind:
    def test_gives_the_users_of_every_page(self, user_service):
        """21 accounts are two pages; the first says that there is a second."""
        accounts = matchers.list_of(an_account("ada-1", bio=matchers.text("Rings twice")))
        first = looks_for(user_service, "find users: the first of two pages", search="ada", count=21, name="ada")
        first.with_body(
            {
                "next": matchers.matching("http://user_service/api/users/?page=2", r"^https?://\S+$"),
                "results": accounts,
            },
            "application/json",
        )
        last = looks_for(user_service, "find users: the last page", search="ada", page=2, count=21, name="ada")
        last.with_body({"next": None, "results": accounts}, "application/json")

        with user_service.serving() as url:
            found = list(book_at(url).find("ada"))

        assert found == [Customer(id=7, username="ada-1", email="ada-1@example.org", about="Rings twice")] * 2

    def test_an_empty_page_gives_nobody(self, user_service):
        nobody = looks_for(user_service, "find users: an empty page", search="nobody", count=0, name="ada")
        nobody.with_body({"next": None, "results": []}, "application/json")

        with user_service.serving() as url:
            assert list(book_at(url).find("nobody")) == []

    def test_a_user_may_have_no_bio(self, user_service):
        silent = looks_for(user_service, "find a user without a bio", search="ada", count=1, name="ada", bio="")
        silent.with_body({"next": None, "results": matchers.list_of(an_account("ada-1", bio=None))}, "application/json")

        with user_service.serving() as url:
            [customer] = book_at(url).find("ada")

        assert customer.about is None

    def test_a_user_may_have_a_long_name(self, user_service):
        hubert = looks_for(
            user_service, "find a user with a long name", search="hubert", given="a user", id=7, username=LONG_NAME
        )
        account = an_account("hubert", bio=None) | {"username": LONG_NAME}
        hubert.with_body({"next": None, "results": [account]}, "application/json")

        with user_service.serving() as url:
            [customer] = book_at(url).find("hubert")

        assert customer.username == LONG_NAME

    def test_a_request_without_a_token_is_an_error(self, user_service):
        (
            user_service.upon_receiving("find users without a token")
            .with_request("GET", "/api/users/")
            .with_query_parameter("search", "ada")
            .with_query_parameter("page", "1")
            .will_respond_with(401)
        )

        with user_service.serving() as url, pytest.raises(NeighbourUnavailable, match="401"):
            list(CustomerBook(HttpNeighbour("user_service", url)).find("ada"))


class TestRegister:
    def test_gives_the_new_customer(self, user_service):
        (
            user_service.upon_receiving("register a user")
            .with_request("POST", "/api/users/")
            .with_body(
                {"username": "ada", "email": "ada@example.org", "password": matchers.text("an-example-Passw0rd")},
                "application/json",
            )
            .will_respond_with(201)
            .with_body(
                {"id": matchers.integer(7), "username": "ada", "email": "ada@example.org", "bio": None},
                "application/json",
            )
        )

        with user_service.serving() as url:
            customer = book_at(url).register(username="ada", email="ada@example.org", password="an-example-Passw0rd")

        assert customer == Customer(id=7, username="ada", email="ada@example.org", about=None)

    def test_a_taken_name_is_refused_with_its_field(self, user_service):
        (
            user_service.upon_receiving("register a user whose name is taken")
            .given("users", count=1, name="ada")
            .with_request("POST", "/api/users/")
            .with_body(
                {"username": "ada-1", "email": "new@example.org", "password": matchers.text("an-example-Passw0rd")},
                "application/json",
            )
            .will_respond_with(400)
            .with_body({"username": matchers.list_of(matchers.text("This name is taken."))}, "application/json")
        )

        with user_service.serving() as url, pytest.raises(RegistrationRefused, match="username"):
            book_at(url).register(username="ada-1", email="new@example.org", password="an-example-Passw0rd")
