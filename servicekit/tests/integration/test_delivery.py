"""From commit to handler on PostgreSQL and RabbitMQ, when nothing breaks."""

import threading

import pytest
from django.db import connection, transaction

from servicekit.messages import outbox
from servicekit.messages.publishing import Refused
from servicekit.messages.relay import Relay
from servicekit.testing import eventually
from servicekit.testing.messages import deliver, published, wires
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book, InboxMessage
from servicekit.tests.unit.events import BookWritten, book_written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


def relay_once(**options):
    relay = Relay(app, **options)
    with relay._connected() as to_broker:
        return relay.publish_batch(to_broker)


class TestAnEvent:
    def test_reaches_its_consumer_whose_command_reaches_its_task(self, shelf):
        shelf.start("worker")
        shelf.start("relay")

        shelf.announce("Emma", "Persuasion")

        eventually(lambda: shelf.has("Emma", "Persuasion"), within=10)

    def test_delivered_twice_is_handled_once(self, shelf):
        shelf.announce("Emma")
        again = wires() + wires()
        with Relay(app)._connected() as to_broker:
            to_broker.publish(again)
        shelf.start("worker")
        shelf.start("relay")

        eventually(lambda: shelf.has("Emma") and shelf.idle(), within=10)

        assert InboxMessage.objects.count() == 1
        assert shelf.dead() == []

    def test_delivered_twice_at_the_same_moment_is_handled_once(self, shelf):
        envelope, together = book_written("Emma"), threading.Barrier(8)

        def receive():
            together.wait()
            deliver(app, envelope)
            connection.close()

        threads = [threading.Thread(target=receive) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert Book.objects.count() == InboxMessage.objects.count() == 1

    def test_without_a_consumer_reaches_no_queue(self, shelf, publish):
        """Another service may publish new events, also some whose names begin like those that we consume."""
        for name in ("book.burned", "book.written.again", "book"):
            publish("[]", exchange="events", routing_key=name)

        assert shelf.idle()


class TestTheRelay:
    def test_is_woken_by_a_commit(self, shelf):
        relay = Relay(app)
        relay.pause = 30
        with relay._connected():
            announcing = threading.Timer(0.2, lambda: (shelf.announce("Emma"), connection.close()))
            announcing.start()

            relay._wait(threading.Event())

            announcing.join()
        assert [event.subject for event in published()] == ["Emma"]

    def test_is_not_woken_by_what_was_rolled_back(self, shelf):
        relay = Relay(app)
        relay.pause = 0.2
        with relay._connected():
            with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - the transaction is what is tried
                outbox.record(BookWritten("Emma"))
                raise RuntimeError
            relay._wait(threading.Event())

        assert published() == []

    def test_shares_the_work_with_a_second_one(self, shelf):
        shelf.announce(*(f"Volume {number}" for number in range(400)))
        done = []

        def work():
            relay = Relay(app, batch=50)
            with relay._connected() as to_broker:
                while count := relay.publish_batch(to_broker):
                    done.append(count)
            connection.close()

        relays = [threading.Thread(target=work) for _ in range(2)]
        for relay in relays:
            relay.start()
        for relay in relays:
            relay.join()

        assert sum(done) == shelf.broker.messages_in("shelf.events") == 400

    def test_does_not_lose_a_command_that_no_queue_takes(self, shelf):
        relay = Relay(app)
        with relay._connected() as to_broker:
            with app.connection_for_write() as broker:
                broker.channel().queue_delete("shelf.work")
            shelf.command("shelf.dust", book_id=7)

            with pytest.raises(Refused):
                relay.publish_batch(to_broker)

        assert len(wires()) == 1
        assert relay_once() == 1
        assert shelf.broker.messages_in("shelf.work") == 1


class TestATaskThatFailsThreeTimes:
    def test_succeeds_at_the_fourth_attempt_and_is_published_to_no_other_queue(self, shelf):
        book = Book.objects.create(title="Emma")
        shelf.start("worker")
        shelf.start("relay")

        shelf.command("shelf.dust_when_free", book_id=book.id, busy=3)

        eventually(lambda: Book.objects.filter(tries=4).exists(), within=30)
        assert shelf.idle()
        assert shelf.dead() == []
