"""Nothing passes by doing nothing: every way in which a verification could look at too little is red."""

import time

import pytest
from django.db import transaction

from servicekit.messages import outbox
from servicekit.messages.events import Event
from servicekit.tests.shelf.models import Book
from tests.contract.visitor import ask_for_name, ask_without_a_token, hear_of_a_book
from tests.support.contracts import tokens
from tests.support.contracts.messages import the_one
from tests.support.contracts.pacts import ContractError
from tests.support.contracts.provider import Provider, Verification

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
    return the_one("book.written")


KEYS = {"TOKEN_KEYS": "tests.support.contracts.tokens.keys"}
COUNTER = Provider("counter", states={"a counter": a_counter}, token=tokens.token, settings=KEYS)
SHELF = Provider("shelf", messages={"a book was written": a_book})


class TestPromises:
    def test_are_what_the_pacts_ask_of_this_provider(self, keep):
        ask_for_name()
        hear_of_a_book()

        assert [promise.description for promise in COUNTER.promises(keep())] == ["ask for a name"]

    def test_of_a_mistyped_provider_are_an_error_that_names_who_is_asked(self, keep):
        ask_for_name()

        with pytest.raises(ContractError, match="'cuonter'; asked are: counter"):
            Provider("cuonter").promises(keep())

    def test_of_an_empty_folder_are_an_error(self, tmp_path):
        with pytest.raises(ContractError, match="asked are: nobody"):
            COUNTER.promises(tmp_path)

    def test_with_a_state_that_nobody_makes_are_an_error_that_names_it(self, keep):
        ask_for_name(state="a counter on the moon")
        started = time.process_time()

        with pytest.raises(ContractError, match=r"'a counter on the moon' \(for visitor: ask for a name\)"):
            COUNTER.promises(keep())

        assert time.process_time() - started < 1

    def test_with_a_state_that_nobody_wants_are_an_error_that_names_it(self, keep):
        ask_for_name()
        generous = Provider("counter", states={"a counter": a_counter, "a throne": a_counter})

        with pytest.raises(ContractError, match="'a throne', which no pact asks for"):
            generous.promises(keep())

    def test_with_a_message_that_nobody_says_are_an_error_that_names_it(self, keep):
        hear_of_a_book("a book was found")

        with pytest.raises(ContractError, match="the message 'a book was found'"):
            SHELF.promises(keep())

    def test_with_a_message_that_nobody_hears_are_an_error_that_names_it(self, keep):
        hear_of_a_book()
        talkative = Provider("shelf", messages={"a book was written": a_book, "a book was lost": a_book})

        with pytest.raises(ContractError, match="'a book was lost', which no pact asks for"):
            talkative.promises(keep())


class TestVerify:
    def test_keeps_promises_over_http(self, keep):
        ask_for_name()
        ask_without_a_token()
        promises = COUNTER.promises(keep())

        verification = COUNTER.verify_folder(keep())

        for promise in promises:
            verification.check(promise)
        verification.check_whole(promises)
        assert verification.count == {"visitor": 2}

    def test_keeps_promises_by_messages(self, keep):
        hear_of_a_book()
        [promise] = SHELF.promises(keep())

        SHELF.verify_folder(keep()).check(promise)

    def test_leaves_nothing_of_one_promise_to_the_next(self, keep):
        ask_for_name()
        hear_of_a_book()

        COUNTER.verify_folder(keep())
        SHELF.verify_folder(keep())

        assert not Book.objects.exists()
        assert not outbox.model().objects.exists()

    def test_says_in_words_what_is_broken(self, keep):
        ask_for_name(name="somebody else")
        [promise] = COUNTER.promises(keep())

        with pytest.raises(
            AssertionError, match=r"counter breaks its promise to visitor, 'ask for a name': \$\.name .*'somebody else'"
        ):
            COUNTER.verify_folder(keep()).check(promise)

    def test_says_what_went_wrong_with_a_state(self, keep):
        """At once: Pact alone would ask for two minutes, and then say that it failed."""

        def broken(**_: object) -> None:
            raise ValueError("the counter is being painted")

        ask_for_name()
        counter = Provider("counter", states={"a counter": broken}, token=tokens.token)
        [promise] = counter.promises(keep())
        started = time.process_time()

        with pytest.raises(AssertionError, match=r"'a counter': .*being painted"):
            counter.verify_folder(keep()).check(promise)

        assert time.process_time() - started < 5

    def test_says_what_went_wrong_with_a_message(self, keep):
        hear_of_a_book()
        silent = Provider("shelf", messages={"a book was written": lambda: the_one("book.written")})
        [promise] = silent.promises(keep())

        with pytest.raises(AssertionError, match=r"'a book was written': .*not one book.written"):
            silent.verify_folder(keep()).check(promise)


class TestCheckWhole:
    """With Pact itself, each of these is a success."""

    @pytest.fixture
    def promises(self, keep):
        ask_for_name()
        ask_without_a_token()
        return COUNTER.promises(keep())

    def test_is_red_when_nothing_was_verified(self, promises, tmp_path):
        (tmp_path / "empty").mkdir()

        verification = COUNTER.verify(lambda verifier: verifier.add_source(tmp_path / "empty"))

        with pytest.raises(AssertionError, match=r"hold {'visitor': 2} promises, verified were {}"):
            verification.check_whole(promises)

    def test_is_red_when_a_filter_left_some_out(self, promises, folder):
        def some(verifier):
            verifier.add_source(folder)
            verifier.filter("ask for a name")

        with pytest.raises(AssertionError, match=r"hold {'visitor': 2} promises, verified were {'visitor': 1}"):
            COUNTER.verify(some).check_whole(promises)

    def test_is_red_when_a_filter_matches_none(self, promises, folder):
        def none(verifier):
            verifier.add_source(folder)
            verifier.filter("no such description")

        with pytest.raises(AssertionError, match=r"verified were {}"):
            COUNTER.verify(none).check_whole(promises)

    def test_is_red_when_the_provider_is_mistyped(self, promises, folder):
        mistyped = Provider("cuonter", states=COUNTER.states)

        with pytest.raises(AssertionError, match=r"verified were {}"):
            mistyped.verify(lambda verifier: verifier.add_source(folder)).check_whole(promises)

    def test_is_red_when_there_is_nothing_to_verify(self):
        with pytest.raises(AssertionError, match=r"hold {} promises"):
            Verification({"result": True, "interactionResults": []}).check_whole([])

    def test_a_promise_that_was_not_looked_at_is_not_kept(self, promises):
        with pytest.raises(AssertionError, match="never asked for 'ask for a name'"):
            Verification({"result": True, "interactionResults": []}).check(promises[0])
