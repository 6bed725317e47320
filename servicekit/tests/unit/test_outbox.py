from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from servicekit.base.telemetry import bound_request_id
from servicekit.messages import outbox
from servicekit.testing.messages import commands, published, wires
from servicekit.tests.shelf.models import OutboxMessage
from servicekit.tests.unit.events import BookWritten

pytestmark = pytest.mark.django_db


class TestRecord:
    def test_saves_events_in_their_order(self):
        outbox.record(BookWritten("Emma"), BookWritten("Persuasion"))

        first, second = published()
        assert (first.source, first.type, first.subject, first.data) == (
            "/shelf",
            "book.written",
            "Emma",
            {"title": "Emma"},
        )
        assert second.data == {"title": "Persuasion"}

    def test_saves_any_number_of_events_in_one_statement(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            outbox.record(*(BookWritten(f"Volume {number}") for number in range(20)))

    def test_saves_the_request_id(self):
        with bound_request_id("req-1"):
            outbox.record(BookWritten("Emma"))

        [row] = OutboxMessage.objects.all()
        assert row.request_id == "req-1"

    def test_saves_nothing_when_the_transaction_fails(self):
        with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the transaction is what is tried
            outbox.record(BookWritten("Emma"))
            raise RuntimeError

        assert published() == []

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("save", [lambda: outbox.record(BookWritten("Emma")), lambda: outbox.command("shelf.dust")])
    def test_needs_a_transaction(self, save):
        with pytest.raises(transaction.TransactionManagementError):
            save()

        assert not OutboxMessage.objects.exists()

    def test_accepts_any_text(self):
        outbox.record(BookWritten("null \0 and half a pair \ud800"))

        [event] = published()
        assert event.data == {"title": "null \0 and half a pair \ud800"}

    def test_refuses_nan(self):
        with pytest.raises(ValueError, match="not JSON compliant"):
            outbox.command("shelf.dust", book_id=float("nan"))


class TestCommand:
    def test_saves_a_task_for_the_services_own_queue(self):
        outbox.command("shelf.dust", book_id=7)

        assert commands() == [("shelf.dust", {"book_id": 7})]
        [wire] = wires()
        assert (wire.exchange, wire.routing_key) == ("", "shelf.work")


class TestPurge:
    def test_deletes_what_was_published_before_the_moment(self):
        now = timezone.now()
        outbox.record(BookWritten("old"), BookWritten("recent"), BookWritten("waits"))
        old, recent, _ = OutboxMessage.objects.order_by("id")
        OutboxMessage.objects.filter(id=old.id).update(published_at=now - timedelta(days=8))
        OutboxMessage.objects.filter(id=recent.id).update(published_at=now)

        more = outbox.purge(now - timedelta(days=7))

        assert not more
        assert not OutboxMessage.objects.filter(id=old.id).exists()
        assert OutboxMessage.objects.count() == 2

    def test_says_when_there_may_be_more(self):
        outbox.record(*(BookWritten(f"Volume {number}") for number in range(3)))
        OutboxMessage.objects.update(published_at=timezone.now())

        assert outbox.purge(timezone.now(), chunk=2)
        assert not outbox.purge(timezone.now(), chunk=2)
        assert not OutboxMessage.objects.exists()


class TestMessage:
    def test_str_names_type_and_id(self):
        outbox.command("shelf.dust")

        [row] = OutboxMessage.objects.all()
        assert str(row) == f"shelf.dust {row.message_id}"
