"""Killed processes and servers that are down: no message is lost or handled twice, and all works again within 15 s."""

import os

import pytest
from django.conf import settings
from django.db import connection

from servicekit.messages.relay import Relay
from servicekit.testing import eventually
from servicekit.testing.messages import published
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import Book, InboxMessage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120), pytest.mark.slow]

HUNDRED = [f"Volume {number}" for number in range(100)]


class Killed(BaseException):
    """Ends the code as a SIGKILL would."""


class DiesAfterPublishing:
    def __init__(self, to_broker):
        self.to_broker = to_broker

    def publish(self, messages):
        self.to_broker.publish(messages)
        raise Killed


class TestARelay:
    def test_killed_between_publish_and_mark_leaves_the_row(self, shelf):
        """The event is published twice, and the inbox ignores the second."""
        shelf.announce("Emma")
        relay = Relay(app)
        with relay._connected() as to_broker, pytest.raises(Killed):
            relay.publish_batch(DiesAfterPublishing(to_broker))
        assert [event.subject for event in published()] == ["Emma"]
        shelf.start("relay")
        eventually(lambda: shelf.broker.messages_in("shelf.events") == 2, within=15)

        shelf.start("worker")

        eventually(lambda: shelf.has("Emma") and shelf.idle(), within=15)
        assert InboxMessage.objects.count() == 1

    def test_killed_during_its_work_loses_nothing(self, shelf):
        shelf.start("worker")
        first = shelf.start("relay")
        shelf.announce(*HUNDRED)
        eventually(lambda: len(published()) < 100, within=15)

        first.kill()
        shelf.start("relay")

        eventually(lambda: shelf.has(*HUNDRED), within=15)


class TestAWorker:
    def test_killed_during_a_task_leaves_it_to_the_next_worker(self, shelf):
        first = shelf.start("worker")
        shelf.start("relay")
        shelf.announce("a slow book")
        eventually(_waits_in_a_handler, within=10)

        first.kill()
        shelf.start("worker")

        eventually(lambda: shelf.has("a slow book"), within=15)
        assert shelf.dead() == []

    def test_stopped_finishes_running_tasks_and_returns_the_other_messages(self, shelf):
        """Three threads handle a book each, the fourth message goes back to the queue."""
        worker = shelf.start("worker", WORKER_CONCURRENCY="3")
        relay = shelf.start("relay")
        shelf.announce(*(f"slow book {number}" for number in range(4)))
        eventually(lambda: _waits_in_a_handler(times=3), within=10)
        relay.stop()

        assert worker.stop() == 0

        assert Book.objects.count() == 3
        assert shelf.broker.messages_in("shelf.events") == 1


class TestABrokerThatIsDown:
    def test_gets_all_messages_when_it_is_back(self, shelf, proxy_to):
        proxy = proxy_to(settings.BROKER_URL)
        shelf.start("worker", BROKER_URL=proxy.url)
        relay = shelf.start("relay", BROKER_URL=proxy.url)
        shelf.announce("before")
        eventually(lambda: shelf.has("before"), within=10)

        proxy.cut()
        shelf.announce(*HUNDRED)
        eventually(lambda: relay.times_said("cannot publish now") >= 4, within=20)
        proxy.restore()

        eventually(lambda: shelf.has("before", *HUNDRED), within=15)

    def test_is_noticed_when_it_hangs(self, shelf, proxy_to):
        proxy = proxy_to(settings.BROKER_URL)
        shelf.start("worker")
        relay = shelf.start("relay", BROKER_URL=proxy.url)

        proxy.hang()
        shelf.announce("Emma")
        eventually(lambda: relay.said("cannot publish now"), within=30)
        proxy.resume()

        eventually(lambda: shelf.has("Emma"), within=15)


class TestABrokerThatIsRestarted:
    def test_still_has_the_messages_that_it_confirmed(self, shelf, proxy_to, own_server):
        """A real restart: it shows what RabbitMQ has on its disk, and what it answers while it starts."""
        server = own_server("rabbitmq")
        proxy = proxy_to(server.addresses["rabbitmq"])
        shelf.start("worker", BROKER_URL=proxy.url).stop()
        relay = shelf.start("relay", BROKER_URL=proxy.url)
        shelf.announce(*HUNDRED)
        eventually(lambda: not published(), within=15)

        proxy.forward_to(server.restart()["rabbitmq"])
        shelf.announce("after")
        eventually(lambda: relay.said("cannot publish now"), within=15)
        shelf.start("worker", BROKER_URL=proxy.url)

        eventually(lambda: shelf.has(*HUNDRED, "after"), within=15)
        assert InboxMessage.objects.count() == 101


class TestADatabaseThatIsDown:
    def test_delays_messages_and_loses_none(self, shelf, proxy_to):
        proxy = proxy_to(os.environ["DATABASE_URL"])
        worker = shelf.start("worker", DATABASE_URL=proxy.url)
        relay = shelf.start("relay", DATABASE_URL=proxy.url)
        shelf.announce("before")
        eventually(lambda: shelf.has("before"), within=10)

        proxy.cut()
        eventually(lambda: relay.times_said("cannot publish now") >= 2, within=20)
        shelf.announce(*HUNDRED)
        with Relay(app)._connected() as to_broker:
            Relay(app).publish_batch(to_broker)
        eventually(lambda: worker.said("Retry in"), within=20)
        proxy.restore()

        eventually(lambda: shelf.has("before", *HUNDRED), within=15)
        assert shelf.dead() == []

    def test_is_used_again_after_a_restart(self, shelf):
        shelf.start("worker")
        shelf.start("relay")
        shelf.announce(*HUNDRED[:50])
        eventually(Book.objects.exists, within=10)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        shelf.announce(*HUNDRED[50:])

        eventually(lambda: shelf.has(*HUNDRED), within=15)
        assert shelf.dead() == []


def _waits_in_a_handler(times=1):
    """Whether this many handlers have saved their book, in transactions that are still open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE %s",
            ['INSERT INTO "shelf_book"%'],
        )
        return cursor.fetchone()[0] >= times
