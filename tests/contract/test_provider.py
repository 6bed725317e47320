"""A verification that verifies too little fails, in every way in which that can happen."""

import time

import pytest
from django.db import transaction

from servicekit.messages import outbox
from servicekit.messages.events import Event
from servicekit.tests.shelf.models import Book
from tests.contract.visitor import ask_for_name, ask_without_a_token, receive_a_book
from tests.support.contracts import tokens
from tests.support.contracts.messages import published
from tests.support.contracts.pacts import ContractError
from tests.support.contracts.provider import Provider
from tests.support.contracts.verification import Verification

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


def a_counter(*, open: bool) -> None:  # noqa: A002 - the consumer's word
    Book.objects.create(title=f"the counter is open: {open}")


class BookWritten(Event):
    TYPE = "book.written"
    subject = "Dune"

    def data(self):
        return {"title": "Dune"}


def a_book():
    with transaction.atomic():
        outbox.record(BookWritten())
    return published("book.written")


KEYS = {"TOKEN_KEYS": "tests.support.contracts.tokens.keys"}
COUNTER = Provider("counter", states={"a counter": a_counter}, token=tokens.token, settings=KEYS)
SHELF = Provider("shelf", messages={"a book was written": a_book})


class TestInteractions:
    def test_those_of_other_providers_are_left_out(self, keep):
        ask_for_name()
        receive_a_book()

        assert [interaction.description for interaction in COUNTER.interactions(keep())] == ["ask for a name"]

    def test_a_provider_in_no_pact_is_an_error_that_lists_the_providers(self, keep):
        ask_for_name()

        with pytest.raises(ContractError, match="'cuonter'; the providers there: counter"):
            Provider("cuonter").interactions(keep())

    def test_an_empty_folder_is_an_error(self, tmp_path):
        with pytest.raises(ContractError, match="the providers there: none"):
            COUNTER.interactions(tmp_path)

    def test_a_state_without_a_function_is_an_error_that_names_it(self, keep):
        ask_for_name(state="a closed counter")
        started = time.process_time()

        with pytest.raises(ContractError, match=r"'a closed counter' \(for visitor: ask for a name\)"):
            COUNTER.interactions(keep())

        assert time.process_time() - started < 1

    def test_a_function_for_a_state_in_no_pact_is_an_error_that_names_it(self, keep):
        ask_for_name()
        provider = Provider("counter", states={"a counter": a_counter, "another counter": a_counter})

        with pytest.raises(ContractError, match="'another counter', which is in no pact"):
            provider.interactions(keep())

    def test_a_message_without_a_function_is_an_error_that_names_it(self, keep):
        receive_a_book("a book was found")

        with pytest.raises(ContractError, match="the message 'a book was found'"):
            SHELF.interactions(keep())

    def test_a_function_for_a_message_in_no_pact_is_an_error_that_names_it(self, keep):
        receive_a_book()
        provider = Provider("shelf", messages={"a book was written": a_book, "a book was lost": a_book})

        with pytest.raises(ContractError, match="'a book was lost', which is in no pact"):
            provider.interactions(keep())


class TestVerify:
    def test_requests_are_verified(self, keep):
        ask_for_name()
        ask_without_a_token()
        interactions = COUNTER.interactions(keep())

        verification = COUNTER.verify_folder(keep())

        for interaction in interactions:
            verification.check(interaction)
        verification.check_complete(interactions)
        assert verification.count == {"visitor": 2}

    def test_messages_are_verified(self, keep):
        receive_a_book()
        [interaction] = SHELF.interactions(keep())

        SHELF.verify_folder(keep()).check(interaction)

    def test_rows_and_messages_of_an_interaction_are_deleted_after_it(self, keep):
        ask_for_name()
        receive_a_book()

        COUNTER.verify_folder(keep())
        SHELF.verify_folder(keep())

        assert not Book.objects.exists()
        assert not outbox.model().objects.exists()

    def test_a_wrong_answer_is_an_error_that_names_the_field(self, keep):
        ask_for_name(name="somebody else")
        [interaction] = COUNTER.interactions(keep())

        with pytest.raises(
            AssertionError, match=r"counter breaks the pact with visitor, 'ask for a name': \$\.name .*'somebody else'"
        ):
            COUNTER.verify_folder(keep()).check(interaction)

    def test_a_state_whose_function_fails_is_an_error_with_its_reason(self, keep):
        """At once: Pact alone repeats the call for two minutes, and does not give the reason."""

        def broken(**_: object) -> None:
            raise ValueError("the counter is being painted")

        ask_for_name()
        counter = Provider("counter", states={"a counter": broken}, token=tokens.token)
        [interaction] = counter.interactions(keep())
        started = time.process_time()

        with pytest.raises(AssertionError, match=r"'a counter': .*being painted"):
            counter.verify_folder(keep()).check(interaction)

        assert time.process_time() - started < 5

    def test_a_message_whose_function_fails_is_an_error_with_its_reason(self, keep):
        receive_a_book()
        silent = Provider("shelf", messages={"a book was written": lambda: published("book.written")})
        [interaction] = silent.interactions(keep())

        with pytest.raises(AssertionError, match=r"'a book was written': .*not one book.written"):
            silent.verify_folder(keep()).check(interaction)


class TestCheckComplete:
    """For Pact itself, each of these is a success."""

    @pytest.fixture
    def interactions(self, keep):
        ask_for_name()
        ask_without_a_token()
        return COUNTER.interactions(keep())

    def test_a_verification_of_nothing_fails(self, interactions, tmp_path):
        (tmp_path / "empty").mkdir()

        verification = COUNTER.verify(lambda verifier: verifier.add_source(tmp_path / "empty"))

        with pytest.raises(AssertionError, match=r"have {'visitor': 2} interactions, verified were {}"):
            verification.check_complete(interactions)

    def test_a_filter_that_leaves_some_out_fails(self, interactions, folder):
        def some(verifier):
            verifier.add_source(folder)
            verifier.filter("ask for a name")

        with pytest.raises(AssertionError, match=r"have {'visitor': 2} interactions, verified were {'visitor': 1}"):
            COUNTER.verify(some).check_complete(interactions)

    def test_a_filter_without_a_match_fails(self, interactions, folder):
        def none(verifier):
            verifier.add_source(folder)
            verifier.filter("no such description")

        with pytest.raises(AssertionError, match=r"verified were {}"):
            COUNTER.verify(none).check_complete(interactions)

    def test_a_mistyped_provider_fails(self, interactions, folder):
        mistyped = Provider("cuonter", states=COUNTER.states)

        with pytest.raises(AssertionError, match=r"verified were {}"):
            mistyped.verify(lambda verifier: verifier.add_source(folder)).check_complete(interactions)

    def test_without_interactions_it_fails(self):
        with pytest.raises(AssertionError, match=r"have {} interactions"):
            Verification({"result": True, "interactionResults": []}).check_complete([])

    def test_an_interaction_that_was_not_verified_fails(self, interactions):
        with pytest.raises(AssertionError, match="'ask for a name' of counter was not verified"):
            Verification({"result": True, "interactionResults": []}).check(interactions[0])
