"""A pact is written by what really happened, and by nothing else."""

import pytest
import requests
from pact.error import MismatchesError

from servicekit.tests.shelf.celery_app import app
from tests.contract.visitor import ask_for_name, hear_of_a_book
from tests.support.contracts.consumer import Contract
from tests.support.contracts.messages import EventContract, by_way_of
from tests.support.contracts.pacts import gather


class TestServing:
    def test_writes_what_was_asked(self, written):
        ask_for_name()

        [pact] = gather(written)
        assert [str(promise) for promise in pact.promises] == ["visitor: ask for a name"]

    def test_writes_nothing_for_a_call_that_was_never_made(self, written):
        contract = Contract("visitor", "counter")
        contract.upon_receiving("never asked").with_request("GET", "/signed-in/").will_respond_with(200)

        with pytest.raises(MismatchesError), contract.serving():
            pass

        assert gather(written) == []

    def test_writes_nothing_for_another_call(self, written):
        contract = Contract("visitor", "counter")
        contract.upon_receiving("ask").with_request("GET", "/signed-in/").will_respond_with(200)

        with pytest.raises(MismatchesError), contract.serving() as url:
            requests.get(f"{url}/somewhere-else/", timeout=10)

        assert gather(written) == []

    def test_writes_nothing_when_the_test_fails(self, written):
        contract = Contract("visitor", "counter")
        contract.upon_receiving("ask").with_request("GET", "/signed-in/").will_respond_with(200)

        with pytest.raises(requests.JSONDecodeError), contract.serving() as url:
            requests.get(f"{url}/signed-in/", timeout=10).json()

        assert gather(written) == []

    def test_leaves_nothing_behind_when_nobody_asked_for_it(self, written, monkeypatch):
        monkeypatch.setattr("tests.support.contracts.consumer.FOLDER", None)

        ask_for_name()

        assert not written.exists()


@pytest.mark.django_db
class TestDelivering:
    def test_writes_what_was_handled(self, written):
        hear_of_a_book()

        [pact] = gather(written)
        [promise] = pact.promises
        assert promise.is_message
        assert promise.description == "a book was written"

    def test_writes_nothing_when_the_handler_fails(self, written):
        contract = EventContract("visitor", "shelf")
        contract.hears("book.written", "a book without a title", subject="?", data={})

        with pytest.raises(KeyError, match="title"):
            contract.delivering_to(app)

        assert gather(written) == []

    def test_is_red_when_no_queue_is_bound_to_the_event(self, written):
        contract = EventContract("visitor", "shelf")
        contract.hears("book.burnt", "a book was burnt", subject="Dune", data={})

        with pytest.raises(AssertionError, match=r"bound to 'book\.burnt'"):
            contract.delivering_to(app)

        assert gather(written) == []

    def test_is_red_when_nothing_is_described(self, written):
        with pytest.raises(AssertionError, match="no message"):
            EventContract("visitor", "shelf").delivering(by_way_of(app))

        assert gather(written) == []
