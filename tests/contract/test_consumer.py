"""A pact is written only when the test used all of it, and passed."""

import pytest
import requests
from pact.error import MismatchesError

from servicekit.tests.shelf.celery_app import app
from tests.contract.visitor import ask_for_name, receive_a_book
from tests.support.contracts.consumer import Contract
from tests.support.contracts.messages import EventContract, deliver_to
from tests.support.contracts.pacts import merge


class TestServing:
    def test_a_request_that_was_made_is_written(self, written):
        ask_for_name()

        [pact] = merge(written)
        assert [str(interaction) for interaction in pact.interactions] == ["visitor: ask for a name"]

    def test_a_request_that_was_not_made_writes_nothing(self, written):
        contract = Contract("visitor", "counter")
        contract.upon_receiving("never asked").with_request("GET", "/signed-in/").will_respond_with(200)

        with pytest.raises(MismatchesError), contract.serving():
            pass

        assert merge(written) == []

    def test_another_request_writes_nothing(self, written):
        contract = Contract("visitor", "counter")
        contract.upon_receiving("ask").with_request("GET", "/signed-in/").will_respond_with(200)

        with pytest.raises(MismatchesError), contract.serving() as url:
            requests.get(f"{url}/somewhere-else/", timeout=10)

        assert merge(written) == []

    def test_a_test_that_fails_writes_nothing(self, written):
        contract = Contract("visitor", "counter")
        contract.upon_receiving("ask").with_request("GET", "/signed-in/").will_respond_with(200)

        with pytest.raises(requests.JSONDecodeError), contract.serving() as url:
            requests.get(f"{url}/signed-in/", timeout=10).json()

        assert merge(written) == []

    def test_without_a_folder_nothing_is_written(self, written, monkeypatch):
        monkeypatch.setattr("tests.support.contracts.consumer.FOLDER", None)

        ask_for_name()

        assert not written.exists()


@pytest.mark.django_db
class TestDelivering:
    def test_a_message_that_was_handled_is_written(self, written):
        receive_a_book()

        [pact] = merge(written)
        [interaction] = pact.interactions
        assert interaction.is_message
        assert interaction.description == "a book was written"

    def test_a_handler_that_fails_writes_nothing(self, written):
        contract = EventContract("visitor", "shelf")
        contract.receives("book.written", "a book without a title", subject="?", data={})

        with pytest.raises(KeyError, match="title"):
            contract.handled_by(app)

        assert merge(written) == []

    def test_an_event_that_no_queue_is_bound_to_is_an_error(self, written):
        contract = EventContract("visitor", "shelf")
        contract.receives("book.burnt", "a book was burnt", subject="Dune", data={})

        with pytest.raises(AssertionError, match=r"bound to 'book\.burnt'"):
            contract.handled_by(app)

        assert merge(written) == []

    def test_a_contract_without_a_message_is_an_error(self, written):
        with pytest.raises(AssertionError, match="no message"):
            EventContract("visitor", "shelf").delivering(deliver_to(app))

        assert merge(written) == []
