from contextlib import suppress

import pytest
from django.db import DatabaseError, transaction

from servicekit.messages import outbox
from servicekit.testing.atomicity import all_or_nothing, places_without_a_case
from servicekit.tests.shelf.models import Book

pytestmark = pytest.mark.django_db


def dust(book):
    Book.objects.filter(pk=book.pk).update(dusted=True)


def dust_and_say_so(begin):
    book = Book.objects.create(title="Emma")
    begin()
    with transaction.atomic():
        dust(book)
        outbox.command("shelf.dusted", book_id=book.pk)


class TestAllOrNothing:
    def test_passes_a_call_that_is_one_transaction(self):
        all_or_nothing(dust_and_say_so)

        assert not Book.objects.exists()

    def test_finds_a_message_saved_after_the_rows(self):
        def case(begin):
            book = Book.objects.create(title="Emma")
            begin()
            dust(book)
            with transaction.atomic():
                outbox.command("shelf.dusted", book_id=book.pk)

        with pytest.raises(AssertionError, match=r"INSERT .* failed, and still .* rows of: shelf.Book"):
            all_or_nothing(case)

    def test_finds_a_message_saved_before_the_rows(self):
        def case(begin):
            book = Book.objects.create(title="Emma")
            begin()
            with transaction.atomic():
                outbox.command("shelf.dusted", book_id=book.pk)
            dust(book)

        with pytest.raises(AssertionError, match=r"UPDATE .* failed, and still .* rows of: shelf.OutboxMessage"):
            all_or_nothing(case)

    def test_finds_a_failure_that_the_call_hides(self):
        def case(begin):
            with suppress(DatabaseError):
                dust_and_say_so(begin)

        with pytest.raises(AssertionError, match="nobody heard of it"):
            all_or_nothing(case)

    @pytest.mark.parametrize(
        ("case", "complaint"),
        [
            (lambda begin: begin() or Book.objects.create(title="Emma"), "writes no message"),
            (lambda begin: begin() or outbox.command("shelf.dusted"), r"writes only to \['shelf.OutboxMessage'\]"),
            (lambda _: Book.objects.create(title="Emma"), "never called begin"),
        ],
    )
    def test_refuses_a_case_that_shows_nothing(self, case, complaint):
        with pytest.raises(AssertionError, match=complaint):
            all_or_nothing(case)


SERVICE = """
from django.db import transaction
from servicekit.messages import outbox

class Duster:
    def dust(self):
        with transaction.atomic():
            self._say("dusted")

    def sweep(self):
        with transaction.atomic():
            self._say("swept")

    def _say(self, what):
        outbox.command(what)
"""


class TestPlacesWithoutACase:
    @pytest.fixture
    def duster(self, tmp_path, monkeypatch):
        (tmp_path / "duster.py").write_text(SERVICE)
        monkeypatch.syspath_prepend(tmp_path)
        from duster import Duster

        return Duster()

    def test_are_the_calls_that_no_case_makes(self, duster):
        cases = [lambda begin: begin() or duster.dust()]
        assert places_without_a_case("duster", cases) == ["duster.py:12 self._say('swept')"]

        cases.append(lambda begin: begin() or duster.sweep())
        assert places_without_a_case("duster", cases) == []

    def test_are_not_looked_for_in_a_service_without_messages(self):
        with pytest.raises(AssertionError, match="writes no message"):
            places_without_a_case("servicekit.tests.counter", [dust_and_say_so])
