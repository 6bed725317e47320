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
    def test_publishes_the_rows_and_marks_them(self):
        outbox.record(EMMA, PERSUASION)
        waiting, broker = wires(), FakePublisher()

        assert Relay(app).publish_batch(broker) == 2

        assert broker.messages == waiting
        assert published() == []

    def test_publishes_the_oldest_rows_first_and_at_most_a_batch(self):
        outbox.record(EMMA, PERSUASION)
        broker = FakePublisher()

        assert Relay(app, batch=1).publish_batch(broker) == 1

        assert [event.subject for event in published()] == ["Persuasion"]

    def test_costs_two_statements_for_any_number_of_messages(self, django_assert_num_queries):
        outbox.record(*(BookWritten(f"Volume {number}") for number in range(50)))

        with django_assert_num_queries(2):
            Relay(app).publish_batch(FakePublisher())

    def test_without_rows_does_not_call_the_broker(self):
        broker = FakePublisher()

        assert Relay(app).publish_batch(broker) == 0
        assert broker.messages == []

    def test_leaves_refused_messages_unmarked(self):
        outbox.record(EMMA, PERSUASION)

        with pytest.raises(Refused, match="1 of 2"):
            Relay(app).publish_batch(FakePublisher(refused=[0]))

        assert [event.subject for event in published()] == ["Emma"]

    def test_publishes_again_after_it_was_killed_before_marking(self):
        """A message may be published twice, but not lost."""
        outbox.record(EMMA)
        dying, next_one = FakePublisher(dies=True), FakePublisher()

        with pytest.raises(KeyboardInterrupt):
            Relay(app).publish_batch(dying)
        Relay(app).publish_batch(next_one)

        assert dying.bodies == next_one.bodies
        assert published() == []


class Scripted(Relay):
    """A relay with outages to come, which stops when there is nothing to publish."""

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

    def test_goes_on_after_outages_of_broker_and_database(self, monkeypatch):
        monkeypatch.setattr("servicekit.messages.relay.connection.close", lambda: None)
        outbox.record(EMMA)
        relay = Scripted(*[ConnectionRefusedError()] * 5, OperationalError("gone"), Refused("full"))

        relay.run(relay.stop)

        assert len(relay.broker.messages) == 1
        assert relay.pauses == [0.5] * 7

    def test_ends_at_an_error_of_its_own(self):
        relay = Scripted(ZeroDivisionError())

        with pytest.raises(ZeroDivisionError):
            relay.run(relay.stop)

    def test_polls_20_times_a_second_without_notify(self):
        pauses, stop = [], threading.Event()
        stop.wait = pauses.append

        Relay(app)._wait(stop)

        assert pauses == [0.05]


class TestPurge:
    @pytest.fixture(autouse=True)
    def _old_row(self):
        outbox.record(EMMA)
        OutboxMessage.objects.update(published_at=timezone.now() - timedelta(days=8))

    def test_deletes_what_was_published_a_week_ago(self):
        Relay(app)._purge_when_due()

        assert not OutboxMessage.objects.exists()

    def test_happens_once_a_minute(self, django_assert_num_queries):
        relay = Relay(app)
        relay._purge_when_due()

        with django_assert_num_queries(0):
            relay._purge_when_due()
