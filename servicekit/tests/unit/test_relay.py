import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from servicekit.messages import outbox
from servicekit.messages.publishing import Refused
from servicekit.messages.relay import Relay
from servicekit.testing.messages import published, wires
from servicekit.tests.shelf.celery_app import app
from servicekit.tests.shelf.models import OutboxMessage
from servicekit.tests.unit.brokers import FakePublisher
from servicekit.tests.unit.events import BookWritten

pytestmark = pytest.mark.django_db

EMMA, PERSUASION = BookWritten("Emma"), BookWritten("Persuasion")


@pytest.fixture(autouse=True)
def _run_dir(settings, tmp_path):
    settings.RUN_DIR = tmp_path


class TestPublishBatch:
    def test_publishes_what_waits_and_marks_it(self):
        outbox.record(EMMA, PERSUASION)
        waiting, broker = wires(), FakePublisher()

        assert Relay(app).publish_batch(broker) == 2

        assert broker.messages == waiting
        assert published() == []

    def test_takes_the_oldest_first_and_no_more_than_a_batch(self):
        outbox.record(EMMA, PERSUASION)
        broker = FakePublisher()

        assert Relay(app, batch=1).publish_batch(broker) == 1

        assert [event.subject for event in published()] == ["Persuasion"]

    def test_costs_two_statements_however_many_messages(self, django_assert_num_queries):
        outbox.record(*(BookWritten(f"Volume {number}") for number in range(50)))

        with django_assert_num_queries(2):
            Relay(app).publish_batch(FakePublisher())

    def test_with_nothing_to_do_leaves_the_broker_alone(self):
        broker = FakePublisher()

        assert Relay(app).publish_batch(broker) == 0
        assert broker.messages == []

    def test_keeps_what_the_broker_refused(self):
        outbox.record(EMMA, PERSUASION)

        with pytest.raises(Refused, match="1 of 2"):
            Relay(app).publish_batch(FakePublisher(refused=[0]))

        assert [event.subject for event in published()] == ["Emma"]

    def test_killed_before_it_marks_it_publishes_again(self):
        """Twice is allowed, never is not."""
        outbox.record(EMMA)
        dying, next_one = FakePublisher(dies=True), FakePublisher()

        with pytest.raises(KeyboardInterrupt):
            Relay(app).publish_batch(dying)
        Relay(app).publish_batch(next_one)

        assert dying.bodies == next_one.bodies
        assert published() == []


class Scripted(Relay):
    """A relay whose broker can be away, and which stops when it has nothing to do."""

    def __init__(self, *outages):
        super().__init__(app)
        self.to_come = list(outages)
        self.broker = FakePublisher()
        self.stop = threading.Event()
        self.pauses = []
        self.stop.wait = self.pauses.append

    @contextmanager
    def _connected(self):
        if self.to_come:
            raise self.to_come.pop(0)
        yield self.broker

    def _wait(self, stop):
        stop.set()


class TestRun:
    def test_publishes_until_told_to_stop(self):
        outbox.record(EMMA, PERSUASION)
        relay = Scripted()
        relay.batch = 1

        relay.run(relay.stop)

        assert len(relay.broker.messages) == 2
        assert relay.alive.trouble() == ""

    def test_survives_a_broker_and_a_database_that_are_away(self, monkeypatch):
        monkeypatch.setattr("servicekit.messages.relay.connection.close", lambda: None)
        outbox.record(EMMA)
        relay = Scripted(*[ConnectionRefusedError()] * 5, OperationalError("gone"), Refused("full"))

        relay.run(relay.stop)

        assert len(relay.broker.messages) == 1
        assert relay.pauses == [0.5] * 7

    def test_does_not_survive_a_fault_of_its_own(self):
        relay = Scripted(ZeroDivisionError())

        with pytest.raises(ZeroDivisionError):
            relay.run(relay.stop)

    def test_looks_again_soon_when_the_database_cannot_tell(self):
        pauses, stop = [], threading.Event()
        stop.wait = pauses.append

        Relay(app)._wait(stop)

        assert pauses == [0.05]


class TestPurge:
    @pytest.fixture(autouse=True)
    def _old_row(self):
        outbox.record(EMMA)
        OutboxMessage.objects.update(published_at=timezone.now() - timedelta(days=8))

    def test_forgets_what_was_published_long_ago(self):
        Relay(app)._purge_when_due()

        assert not OutboxMessage.objects.exists()

    def test_happens_once_a_minute(self, django_assert_num_queries):
        relay = Relay(app)
        relay._purge_when_due()

        with django_assert_num_queries(0):
            relay._purge_when_due()
