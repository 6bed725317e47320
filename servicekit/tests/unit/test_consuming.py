import pytest
from celery.exceptions import Retry
from django.db import OperationalError

from servicekit.base.telemetry import current_request_id
from servicekit.messages import consuming, outbox
from servicekit.messages.events import UnreadableMessage
from servicekit.testing.messages import commands, deliver, wires
from servicekit.tests.shelf import consumers
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book, InboxMessage
from servicekit.tests.shelf.tasks import Busy, dust, dust_when_free
from servicekit.tests.unit.events import book_written

pytestmark = pytest.mark.django_db


class TestAConsumer:
    def test_calls_its_handler_with_the_event(self):
        deliver(app, book_written("Emma"))

        [book] = Book.objects.all()
        assert book.title == "Emma"
        assert commands() == [("shelf.dust", {"book_id": book.id})]

    def test_ignores_a_second_delivery(self):
        envelope = book_written("Emma")

        deliver(app, envelope)
        deliver(app, envelope)

        assert Book.objects.count() == 1
        assert len(commands()) == 1

    def test_undoes_all_writes_when_its_handler_fails(self):
        """Also its inbox row, so that a replay is handled."""
        with pytest.raises(RuntimeError, match="cannot be shelved"):
            deliver(app, book_written("a cursed book"))

        assert not Book.objects.exists()
        assert not InboxMessage.objects.exists()

    @pytest.mark.parametrize("nonsense", [None, 17, "text", [], {}, {"specversion": "1.0", "id": "x"}])
    def test_refuses_an_unreadable_message(self, nonsense):
        with pytest.raises(UnreadableMessage):
            deliver(app, nonsense, task="book.written")

        assert not InboxMessage.objects.exists()

    def test_refuses_an_event_under_another_name(self):
        with pytest.raises(UnreadableMessage, match=r"book\.written brought a book\.burned"):
            deliver(app, book_written(type="book.burned"), task="book.written")

    def test_handler_can_be_called_alone(self):
        consumers.book_written.handler(book_written("Emma"))

        assert Book.objects.filter(title="Emma").exists()
        assert not InboxMessage.objects.exists()


class TestADatabaseThatIsDown:
    def test_sends_the_message_to_the_work_queue_until_it_is_back(self, monkeypatch):
        """However long that takes; and to no other service, as the events exchange would."""

        def away(*_):
            raise OperationalError("connection refused")

        sent = []
        monkeypatch.setattr(consuming, "_handle_once", away)
        monkeypatch.setattr(app.tasks["book.written"], "retry", lambda **options: sent.append(options) or Retry())

        with pytest.raises(Retry):
            deliver(app, book_written("Emma"))

        [options] = sent
        assert (options["queue"], options["countdown"], options["max_retries"]) == ("shelf.work", 1, None)


class TestATask:
    def test_runs_under_the_request_id_of_its_message(self, monkeypatch):
        seen = []
        monkeypatch.setattr(dust, "run", lambda **_: seen.append(current_request_id()))
        outbox.command("shelf.dust", book_id=7)
        [wire] = wires()
        wire.headers["request_id"] = "req-1"

        deliver(app, wire)

        assert seen == ["req-1"]

    def test_is_retried_while_the_database_is_down(self, monkeypatch):
        def away(**_):
            raise OperationalError("connection refused")

        monkeypatch.setattr(dust, "run", away)
        outbox.command("shelf.dust", book_id=7)
        [wire] = wires()

        with pytest.raises(Retry) as retry:
            deliver(app, wire)

        assert retry.value.when == 1

    def test_is_retried_when_it_asks_for_it(self):
        outbox.command("shelf.dust_when_free", book_id=7, busy=1)
        [wire] = wires()

        with pytest.raises(Retry):
            deliver(app, wire)

    def test_called_directly_is_not_retried(self):
        with pytest.raises(Busy):
            dust_when_free(book_id=7, busy=1)


class TestDelivery:
    def test_without_a_task_names_the_existing_ones(self):
        with pytest.raises(AssertionError, match=r"no task 'book\.burned'.*book\.written"):
            deliver(app, book_written(type="book.burned"))
