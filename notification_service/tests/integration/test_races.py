"""Two at once, on PostgreSQL: locks make one wait for the other, and constraints have the last word."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from notification_service.celery_app import app
from notification_service.exceptions import InOtherHands
from notification_service.models import Delivery, InboxMessage, Notification, Recipient
from notification_service.services import DeliveryService
from notification_service.tests.factories import ContactFactory, DeliveryFactory, NotificationFactory, event
from notification_service.tests.fakes import FakePost, FakeUserDirectory
from notification_service.tests.integration.effects import commands_about
from servicekit.storage.locks import alone_with
from servicekit.testing import eventually
from servicekit.testing.messages import deliver
from tests.support.locks import waiting_for_a_lock

AT_ONCE = 8


@pytest.fixture
def meanwhile():
    """`meanwhile(work)`: in another thread, on a connection of its own; `.result()` waits for its end."""
    with ThreadPoolExecutor(AT_ONCE) as threads:

        def begin(work, *arguments):
            def run():
                try:
                    return work(*arguments)
                finally:
                    connections.close_all()

            return threads.submit(run)

        yield begin


@pytest.fixture
def at_once(meanwhile):
    """`at_once(work)`: eight times in the same moment; gives the results, and what was raised."""

    def run(*works):
        start = threading.Barrier(len(works))

        def one(work):
            start.wait()
            return work()

        futures = [meanwhile(one, work) for work in works]
        return [future.exception() or future.result() for future in futures]

    return run


def handle(envelope):
    """What the consumer does, in the transaction of whoever calls."""
    app.loader.import_default_modules()
    app.tasks[envelope.type].handler(envelope)


class TestDeletedAtTheSameMoment:
    @pytest.mark.parametrize("order", [("user.deleted", "order.placed"), ("order.placed", "user.deleted")])
    def test_whoever_comes_second_waits_and_nothing_stays(self, alice, meanwhile, order):
        first, second = (event(each, user_id=alice.id) for each in order)
        Recipient.objects.create(user_id=alice.id)

        with transaction.atomic():
            handle(first)
            other = meanwhile(deliver, app, second)
            eventually(lambda: waiting_for_a_lock() == 1)
        other.result()

        assert Recipient.objects.get(user_id=alice.id).is_deleted
        assert not Notification.objects.filter(user_id=alice.id).exists()

    def test_whoever_wins(self, somebody, at_once):
        people = [somebody("Alice") for _ in range(10)]

        for person in people:
            deleted, placed = event("user.deleted", user_id=person.id), event("order.placed", user_id=person.id)
            assert at_once(lambda d=deleted: deliver(app, d), lambda p=placed: deliver(app, p)) == [None, None]

        ids = [person.id for person in people]
        assert Recipient.objects.filter(user_id__in=ids, deleted_at__isnull=False).count() == 10
        assert not Notification.objects.filter(user_id__in=ids).exists()


class TestOneEvent:
    def test_delivered_to_many_workers_is_told_once(self, alice, at_once):
        placed = event("order.placed", user_id=alice.id)

        assert at_once(*[lambda: deliver(app, placed)] * AT_ONCE) == [None] * AT_ONCE

        assert InboxMessage.objects.filter(message_id=placed.id).count() == 1
        [_] = Notification.objects.filter(user_id=alice.id)
        [_] = commands_about(alice)

    def test_is_told_by_the_second_when_the_first_gives_up(self, alice, meanwhile):
        placed = event("order.placed", user_id=alice.id)

        with transaction.atomic():
            InboxMessage.objects.create(message_id=placed.id, type=placed.type)
            second = meanwhile(deliver, app, placed)
            eventually(lambda: waiting_for_a_lock() == 1)
            transaction.set_rollback(True)
        second.result()

        [_] = Notification.objects.filter(user_id=alice.id)

    def test_tells_one_thing_whoever_writes(self, alice, at_once):
        event_id = uuid4()

        ends = at_once(*[lambda: NotificationFactory(event_id=event_id, user_id=alice.id)] * AT_ONCE)

        assert sum(isinstance(end, IntegrityError) for end in ends) == AT_ONCE - 1
        assert Notification.objects.filter(event_id=event_id).count() == 1

    def test_first_ones_of_a_user_meet(self, alice, at_once):
        """Nobody has heard of Alice: each of them makes her row."""
        placed = [event("order.placed", user_id=alice.id) for _ in range(AT_ONCE)]

        assert at_once(*[lambda each=each: deliver(app, each) for each in placed]) == [None] * AT_ONCE

        assert Notification.objects.filter(user_id=alice.id).count() == AT_ONCE


class TestOneDelivery:
    @pytest.fixture
    def delivery(self, alice):
        return DeliveryFactory(notification__user_id=alice.id)

    @pytest.fixture
    def post(self):
        return FakePost()

    @pytest.fixture
    def deliveries(self, alice, post):
        return DeliveryService(users=FakeUserDirectory(ContactFactory(user_id=alice.id)), post=post)

    def test_many_tasks_send_one_mail(self, delivery, deliveries, post, at_once):
        ends = at_once(*[lambda: deliveries.deliver(delivery_id=delivery.id)] * AT_ONCE)

        [_] = post.letters
        assert {type(end) for end in ends} <= {type(None), InOtherHands}

    def test_is_left_to_a_worker_that_is_about_to_claim_it(self, delivery, deliveries, post, meanwhile):
        """That one takes over whatever claim it finds: two would send."""
        marked, done = threading.Event(), threading.Event()

        def begin():
            with alone_with(delivery.id) as alone:
                marked.set()
                done.wait(10)
                return alone

        first = meanwhile(begin)
        assert marked.wait(10)

        with pytest.raises(InOtherHands):
            deliveries.deliver(delivery_id=delivery.id)
        done.set()

        assert first.result() is True
        assert post.letters == []

    def test_is_left_to_a_worker_that_is_at_it(self, delivery, deliveries, post, meanwhile):
        sending, done = threading.Event(), threading.Event()
        post.send = lambda _: (sending.set(), done.wait(10))
        first = meanwhile(lambda: deliveries.deliver(delivery_id=delivery.id))
        assert sending.wait(10)

        with pytest.raises(InOtherHands):
            deliveries.deliver(delivery_id=delivery.id)
        done.set()
        first.result()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("sent", 1)

    def test_is_taken_over_when_its_worker_is_gone(self, alice, deliveries, post):
        """Its claim has a long time to run, but nobody is there any more."""
        delivery = DeliveryFactory(notification__user_id=alice.id, is_claimed=True)

        deliveries.deliver(delivery_id=delivery.id)

        [_] = post.letters

    @pytest.mark.parametrize("nonsense", [{"state": "sent"}, {"state": "failed"}, {"reason": "why not"}])
    def test_ends_with_a_time_and_fails_with_a_reason(self, delivery, nonsense):
        with pytest.raises(IntegrityError, match="delivery_ends_with_a_time"):
            Delivery.objects.filter(pk=delivery.pk).update(**nonsense)

    def test_goes_with_its_notification_alone(self, delivery):
        with pytest.raises(IntegrityError):
            DeliveryFactory(notification=delivery.notification)


class TestSweep:
    @pytest.fixture
    def lost(self, alice, monkeypatch):
        """Five deliveries that nobody works on, the oldest of all; a sweep takes three."""
        monkeypatch.setattr("notification_service.services.deliveries.SWEPT_AT_ONCE", 3)
        long_ago = "2020-01-01T00:00:00Z"
        return DeliveryFactory.create_batch(5, notification__user_id=alice.id, due_at=long_ago)

    def test_two_at_once_share_the_work_and_neither_waits(self, lost, alice, meanwhile):
        with transaction.atomic():
            DeliveryService().sweep()
            meanwhile(DeliveryService().sweep).result(timeout=5)

        named = [delivery.id for delivery in lost for row in commands_about(alice) if str(delivery.id) in row.body]
        assert sorted(named) == sorted(delivery.id for delivery in lost)
