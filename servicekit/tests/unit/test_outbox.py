import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from servicekit.base.telemetry import bound_request_id
from servicekit.messages import outbox
from servicekit.testing.messages import commands, published, wires
from servicekit.tests.shelf.models import OutboxMessage
from servicekit.tests.unit.events import BookWritten

pytestmark = pytest.mark.django_db


class TestRecord:
    def test_writes_facts_in_their_order(self):
        outbox.record(BookWritten("Emma"), BookWritten("Persuasion"))

        first, second = published()
        assert (first.source, first.type, first.subject, first.data) == (
            "/shelf",
            "book.written",
            "Emma",
            {"title": "Emma"},
        )
        assert second.data == {"title": "Persuasion"}

    def test_costs_one_statement_however_many_facts(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            outbox.record(*(BookWritten(f"Volume {number}") for number in range(20)))

    def test_remembers_the_request(self):
        with bound_request_id("req-1"):
            outbox.record(BookWritten("Emma"))

        [row] = OutboxMessage.objects.all()
        assert row.request_id == "req-1"

    def test_leaves_nothing_when_the_transaction_fails(self):
        with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the transaction is what is tried
            outbox.record(BookWritten("Emma"))
            raise RuntimeError

        assert published() == []

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("say", [lambda: outbox.record(BookWritten("Emma")), lambda: outbox.command("shelf.dust")])
    def test_belongs_into_a_transaction(self, say):
        with pytest.raises(transaction.TransactionManagementError):
            say()

        assert not OutboxMessage.objects.exists()

    def test_takes_any_text_that_json_can_say(self):
        outbox.record(BookWritten("null \0 and half a pair \ud800"))

        [event] = published()
        assert event.data == {"title": "null \0 and half a pair \ud800"}

    def test_refuses_numbers_that_json_cannot_say(self):
        with pytest.raises(ValueError, match="not JSON compliant"):
            outbox.command("shelf.dust", book_id=float("nan"))


class LikePostgreSQL:
    """Says that it is PostgreSQL; the NOTIFY itself is proven on a real one, in the integration layer."""

    vendor = "postgresql"

    @property
    def run_on_commit(self):
        return connection.run_on_commit


class TestWakeTheRelay:
    @pytest.fixture
    def postgresql(self, monkeypatch):
        woken = []
        monkeypatch.setattr(outbox, "connection", LikePostgreSQL())
        monkeypatch.setattr(outbox, "_wake_relay", lambda: woken.append(True))
        return woken

    def test_once_per_transaction_after_its_commit(self, postgresql, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            outbox.record(BookWritten("Emma"))
            outbox.command("shelf.dust", book_id=7)
            assert postgresql == []

        assert len(callbacks) == 1
        assert postgresql == [True]


class TestCommand:
    def test_writes_work_for_the_own_queue(self):
        outbox.command("shelf.dust", book_id=7)

        assert commands() == [("shelf.dust", {"book_id": 7})]
        [wire] = wires()
        assert (wire.exchange, wire.routing_key) == ("", "shelf.work")


class TestWireMessage:
    def test_is_a_celery_task_named_as_the_event(self):
        with bound_request_id("req-1"):
            outbox.record(BookWritten("Emma"))

        [wire], [row] = wires(), OutboxMessage.objects.all()
        message_id = str(row.message_id)
        assert (wire.exchange, wire.routing_key) == ("events", "book.written")
        assert wire.headers == {
            "lang": "py",
            "task": "book.written",
            "id": message_id,
            "argsrepr": "[hidden]",
            "kwargsrepr": "[hidden]",
            "ignore_result": True,
            "request_id": "req-1",
        }
        assert wire.properties == {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "delivery_mode": 2,
            "correlation_id": message_id,
            "message_id": message_id,
        }
        [envelope], kwargs, embedded = json.loads(wire.body)
        assert (envelope["id"], kwargs) == (message_id, {})
        assert embedded == {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


class TestPurge:
    def test_forgets_what_was_published_long_ago(self):
        now = timezone.now()
        outbox.record(BookWritten("old"), BookWritten("recent"), BookWritten("waits"))
        old, recent, _ = OutboxMessage.objects.order_by("id")
        OutboxMessage.objects.filter(id=old.id).update(published_at=now - timedelta(days=8))
        OutboxMessage.objects.filter(id=recent.id).update(published_at=now)

        more = outbox.purge(now - timedelta(days=7))

        assert not more
        assert not OutboxMessage.objects.filter(id=old.id).exists()
        assert OutboxMessage.objects.count() == 2

    def test_says_when_there_is_more(self):
        outbox.record(*(BookWritten(f"Volume {number}") for number in range(3)))
        OutboxMessage.objects.update(published_at=timezone.now())

        assert outbox.purge(timezone.now(), chunk=2)
        assert not outbox.purge(timezone.now(), chunk=2)
        assert not OutboxMessage.objects.exists()


class TestMessage:
    def test_names_itself(self):
        outbox.command("shelf.dust")

        [row] = OutboxMessage.objects.all()
        assert str(row) == f"shelf.dust {row.message_id}"
