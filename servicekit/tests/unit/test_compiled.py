from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from servicekit.storage import compiled as module
from servicekit.storage.compiled import compiled, compiled_count, compiled_update, insert
from servicekit.tests.shelf.models import Book

pytestmark = pytest.mark.django_db

built: Counter[str] = Counter()


@compiled
def tried(tries, title=None):
    built["tried"] += 1
    books = Book.objects.filter(tries=tries).order_by("id")
    return books if title is None else books.filter(title=title)


@compiled
def titled(titles):
    built["titled"] += 1
    return Book.objects.filter(title__in=titles).order_by("id").values_list("title", "tries")


@compiled
def page(part):
    return Book.objects.order_by("title").values_list("title")[part]


@compiled_count
def count_tried(tries):
    return Book.objects.filter(tries__gte=tries).order_by("title")


@compiled_update
def try_again(*, title, times):
    return Book.objects.filter(title=title), {"tries": F("tries") + times, "dusted": True}


@pytest.fixture(autouse=True)
def books():
    built.clear()
    found = [Book(title="Emma", tries=1), Book(title="Dune", tries=1), Book(title="Ubik", tries=5_000_000_000)]
    insert(found)
    return found


class TestCompiled:
    def test_gives_the_rows_of_its_queryset(self, books):
        emma, dune, ubik = books

        assert tried(1) == [emma, dune]
        assert tried(5_000_000_000) == [ubik]

    def test_gives_instances_like_those_of_a_queryset(self):
        [emma, _] = tried(1)
        emma.title = "Persuasion"
        emma.save()

        assert set(Book.objects.values_list("title", flat=True)) == {"Persuasion", "Dune", "Ubik"}

    def test_gives_tuples_for_a_list_of_values(self):
        assert titled(["Ubik", "Emma"]) == [("Emma", 1), ("Ubik", 5_000_000_000)]

    def test_builds_its_query_once_a_shape(self):
        for tries in range(4):
            tried(tries + 100)
        built_before = built["titled"]
        for titles in (["Emma", "Dune", "Ubik"], ["a", "b", "c"]):
            titled(titles)

        assert built["tried"] <= 1
        assert built["titled"] - built_before <= 1

    def test_tells_none_from_a_value(self, books):
        assert tried(1, None) == books[:2]
        assert tried(1, "Dune") == [books[1]]
        assert tried(1, title="Emma") == [books[0]]

    def test_cuts_slices(self):
        assert page(slice(0, 2)) == [("Dune",), ("Emma",)]
        assert page(slice(2, 4)) == [("Ubik",)]

    def test_knows_what_can_have_no_rows(self):
        assert titled([]) == []
        assert page(slice(0, 0)) == []

    def test_forgets_its_shapes_when_they_become_many(self, monkeypatch):
        monkeypatch.setattr(module, "MOST_SHAPES", 2)

        assert [page(slice(0, end)) for end in (1, 2, 3, 1)] == [
            [("Dune",)],
            [("Dune",), ("Emma",)],
            [("Dune",), ("Emma",), ("Ubik",)],
            [("Dune",)],
        ]

    def test_sees_what_its_transaction_wrote(self):
        with transaction.atomic():
            Book.objects.filter(title="Emma").update(tries=9)

            assert [book.title for book in tried(9)] == ["Emma"]

    def test_is_counted_among_the_statements_of_a_test(self, django_assert_num_queries):
        with django_assert_num_queries(2):
            tried(1)
            count_tried(1)

    def test_takes_a_new_cursor_after_the_connection_was_closed(self, books):
        """A database that was restarted, or a connection that grew too old."""
        before = module.kept_cursor()
        connection.kept_cursor.cursor.close()
        connection.kept_cursor = None

        assert tried(1) == books[:2]
        assert module.kept_cursor() is not before


class TestCompiledCount:
    def test_counts_the_rows_of_its_queryset(self):
        assert [count_tried(least) for least in (1, 2, 5_000_000_001)] == [3, 1, 0]


class TestCompiledUpdate:
    def test_changes_its_rows_and_counts_them(self, books):
        assert try_again(title="Emma", times=3) == 1
        assert try_again(title="Ivanhoe", times=3) == 0

        books[0].refresh_from_db()
        assert (books[0].tries, books[0].dusted) == (4, True)

    def test_undoes_the_transaction_it_fails_in(self, books):
        @compiled_update
        def name_all(title):
            return Book.objects.all(), {"title": title}

        with pytest.raises(IntegrityError), transaction.atomic():
            name_all("Emma")

        assert tried(1) == books[:2]


class TestInsert:
    def test_saves_rows_and_tells_their_keys(self, books):
        assert list(Book.objects.order_by("id")) == books
        assert all(book.pk and not book._state.adding for book in books)

    def test_does_nothing_without_rows(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            insert([])

    def test_breaks_the_transaction_it_fails_in(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert([Book(title="Emma")])

        assert Book.objects.count() == 3
