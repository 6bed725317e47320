"""Small contracts of a consumer "visitor" with the providers "counter" and "shelf"."""

import requests

from servicekit.tests.shelf.celery_app import app
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract
from tests.support.contracts.messages import EventContract


def ask_for_name(description: str = "ask for a name", *, state: str = "a counter", name: str = "reader") -> None:
    contract = Contract("visitor", "counter")
    (
        contract.upon_receiving(description)
        .given(state, open=True)
        .with_request("GET", "/signed-in/")
        .with_header("Authorization", matchers.token_of("reader"))
        .will_respond_with(200)
        .with_body({"name": name, "owns_7": matchers.boolean(False)}, "application/json")
    )
    with contract.serving() as url:
        requests.get(f"{url}/signed-in/", headers={"Authorization": "Bearer token-of-reader"}, timeout=10)


def ask_without_a_token() -> None:
    contract = Contract("visitor", "counter")
    contract.upon_receiving("ask without a token").with_request("GET", "/signed-in/").will_respond_with(401)
    with contract.serving() as url:
        requests.get(f"{url}/signed-in/", timeout=10)


def receive_a_book(description: str = "a book was written", provider: str = "shelf") -> None:
    contract = EventContract("visitor", provider)
    contract.receives("book.written", description, subject="Dune", data={"title": matchers.text("Dune")})
    contract.handled_by(app)
