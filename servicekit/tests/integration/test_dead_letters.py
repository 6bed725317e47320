"""Messages that cannot be handled, on RabbitMQ."""

import json
import uuid
from dataclasses import asdict

import pytest
from django.core.management import CommandError, call_command

from servicekit.messages import dead_letters
from servicekit.messages.queues import DELIVERY_LIMIT
from servicekit.testing import eventually
from servicekit.testing.messages import published
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book, InboxMessage
from servicekit.tests.unit.events import book_written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60), pytest.mark.slow]

NOTHING = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
JSON = {"content_type": "application/json", "content_encoding": "utf-8"}


def task(*args, **embedded):
    return json.dumps([args, {}, NOTHING | embedded])


def headers(**changed):
    return {"lang": "py", "task": "book.written", "id": str(uuid.uuid4())} | changed


GOOD = task(book_written("never shelved").to_dict())

UNREADABLE = {
    "no headers": ({}, GOOD, JSON),
    "no id": ({"task": "book.written"}, GOOD, JSON),
    "id is a list": (headers(id=[7]), GOOD, JSON),
    "task is a number": (headers(task=7), GOOD, JSON),
    "unknown task": (headers(task="book.burned"), GOOD, JSON),
    "empty": (headers(), "", JSON),
    "no json": (headers(), "{nope", JSON),
    "no utf-8": (headers(), b"\xff\xfe\x00", JSON),
    "pickle": (
        headers(),
        b"\x80\x04K\x01.",
        {"content_type": "application/x-python-serialize", "content_encoding": "binary"},
    ),
    "text": (headers(), "hello", {"content_type": "text/plain", "content_encoding": "utf-8"}),
    "compressed by nobody": (headers(compression="nope"), GOOD, JSON),
    "a number": (headers(), "1", JSON),
    "null": (headers(), "null", JSON),
    "an object": (headers(), '{"args": 1}', JSON),
    "too short": (headers(), "[1]", JSON),
    "deeply nested": (headers(), "[" * 50_000 + "]" * 50_000, JSON),
    "args are a number": (headers(), json.dumps([1, {}, NOTHING]), JSON),
    "kwargs are a list": (headers(), json.dumps([[], [1], NOTHING]), JSON),
    "embedded is a number": (headers(), json.dumps([[], {}, 7]), JSON),
    "a chain of nonsense": (headers(), task(17, chain="x", errbacks="y", chord=3), JSON),
    "no argument": (headers(), task(), JSON),
    "too many arguments": (headers(), task(1, 2, 3), JSON),
    "no envelope": (headers(), task(17), JSON),
    "another version": (headers(), task(book_written().to_dict() | {"specversion": "2.0"}), JSON),
    "another type": (headers(), task(book_written(type="book.withdrawn").to_dict()), JSON),
    "no title": (headers(), task(book_written(data={}).to_dict()), JSON),
    "null in the title": (headers(), task(book_written("a\0b").to_dict()), JSON),
    "half a pair in the title": (headers(), task(book_written("\ud800").to_dict()), JSON),
    "a time that is none": (headers(eta="soon"), GOOD, JSON),
    "a time far away": (headers(eta="9999-12-31T23:59:59Z"), GOOD, JSON),
    "limits that are none": (headers(timelimit="x"), GOOD, JSON),
}


class TestAnUnreadableMessage:
    def test_of_any_kind_becomes_a_dead_letter_and_delays_no_other(self, shelf, publish):
        worker = shelf.start("worker")
        shelf.start("relay")

        for name, (given, body, properties) in UNREADABLE.items():
            publish(body, exchange="events", routing_key="book.written", headers=given | {"case": name}, **properties)
        shelf.announce("Emma")

        eventually(lambda: shelf.has("Emma"), within=15)
        eventually(lambda: shelf.broker.messages_in("shelf.dead-letters") >= len(UNREADABLE), within=15)
        assert {letter.reason for letter in shelf.dead()} == {"rejected"}
        assert len(shelf.dead()) == len(UNREADABLE)
        assert Book.objects.count() == 1
        assert worker.stop() == 0
        assert shelf.idle()


class TestAPoisonMessage:
    def test_is_listed_with_queue_and_reason_and_handled_after_a_replay(self, shelf):
        shelf.start("worker")
        shelf.start("relay")
        shelf.announce("a cursed book")
        [event] = published() or [None]
        [letter] = eventually(shelf.dead, within=15)
        assert (letter.task, letter.reason) == ("book.written", "rejected")
        assert letter.queue == "shelf.events"
        assert event is None or letter.id == event.id
        assert not InboxMessage.objects.exists()

        Book.objects.create(title="holy water", dusted=True)
        assert dead_letters.replay(app) == [letter]

        eventually(lambda: shelf.has("holy water", "a cursed book"), within=15)
        assert shelf.dead() == []
        assert str(InboxMessage.objects.get().message_id) == letter.id

    def test_replayed_too_early_becomes_a_dead_letter_again(self, shelf):
        shelf.start("worker")
        shelf.start("relay")
        shelf.announce("a cursed book")
        [first] = eventually(shelf.dead, within=15)

        dead_letters.replay(app, [first.id])

        [second] = eventually(shelf.dead, within=15)
        assert (second.id, second.queue) == (first.id, first.queue)

    def test_that_is_never_acknowledged_becomes_a_dead_letter(self, shelf, publish):
        publish(GOOD, exchange="events", routing_key="book.written", headers=headers(id="6a3f"), **JSON)

        with app.connection_for_write() as connection:
            for _ in range(DELIVERY_LIMIT + 1):
                with connection.channel() as channel:
                    eventually(lambda channel=channel: channel.basic_get("shelf.events"))

        [letter] = eventually(shelf.dead, within=15)
        assert (letter.id, letter.reason) == ("6a3f", "delivery_limit")


class TestTheCommand:
    def test_lists_each_dead_letter_as_a_line_of_json(self, shelf, publish, capsys):
        publish(GOOD, routing_key="shelf.dead-letters", headers=headers(id="6a3f"), **JSON)

        call_command("dead_letters", "list")

        assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [asdict(shelf.dead()[0])]

    @pytest.mark.parametrize("action", ["list", "replay"])
    def test_writes_nothing_when_there_are_none(self, shelf, action, capsys):
        call_command("dead_letters", action)

        assert capsys.readouterr().out == ""

    def test_names_the_ids_that_are_not_among_them(self, shelf, publish):
        publish(GOOD, routing_key="shelf.dead-letters", headers=headers(id="6a3f"), **JSON)

        with pytest.raises(CommandError, match="not among the dead letters: 7b40"):
            call_command("dead_letters", "replay", "6a3f", "7b40")

        assert shelf.broker.messages_in("shelf.work") == 1


class TestAList:
    def test_can_be_made_any_number_of_times(self, shelf, publish):
        publish(GOOD, routing_key="shelf.dead-letters", headers=headers(), **JSON)

        counts = [len(shelf.dead()) for _ in range(DELIVERY_LIMIT + 5)]

        assert set(counts) == {1}
