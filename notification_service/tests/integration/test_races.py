"""Concurrent transactions on PostgreSQL: locks make one wait for the other, and constraints hold."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from notification_service.celery_app import app
from notification_service.exceptions import ClaimedByAnotherWorker
from notification_service.locks import advisory_lock
from notification_service.models import Delivery, InboxMessage, Notification, Recipient
from notification_service.services import DeliveryService
from notification_service.tests.factories import ContactFactory, DeliveryFactory, NotificationFactory, event
from notification_service.tests.fakes import FakeMailSender, FakeUserDirectory
from notification_service.tests.integration.effects import commands_about
from notification_service.tests.people import MONDAY_NOON
from servicekit.testing import FakeClock, eventually
from servicekit.testing.messages import deliver
from tests.support.locks import waiting_for_a_lock

CONCURRENT = 8
A_YEAR = timedelta(days=365)


@pytest.fixture
def in_thread():
    """`in_thread(work)`: run it in another thread, on its own connection; `.result()` waits for its end."""
    with ThreadPoolExecutor(CONCURRENT) as threads:

        def begin(work, *arguments):
            def run():
                try:
                    return work(*arguments)
                finally:
                    connections.close_all()

            return threads.submit(run)

        yield begin


@pytest.fixture
def concurrently(in_thread):
    """`concurrently(*works)`: run them in threads that start together; returns their results or exceptions."""

    def run(*works):
        start = threading.Barrier(len(works))

        def one(work):
            start.wait()
            return work()

        futures = [in_thread(one, work) for work in works]
        return [future.exception() or future.result() for future in futures]

    return run


def handle(envelope):
    """Run the consumer's handler in the transaction of the caller."""
    app.loader.import_default_modules()
    app.tasks[envelope.type].handler(envelope)


class TestConcurrentDeletion:
    @pytest.mark.parametrize("order", [("user.deleted", "order.placed"), ("order.placed", "user.deleted")])
    def test_the_second_transaction_waits_and_no_notification_is_left(self, alice, in_thread, order):
        first, second = (event(each, user_id=alice.id) for each in order)
        Recipient.objects.create(user_id=alice.id)

        with transaction.atomic():
            handle(first)
            other = in_thread(deliver, app, second)
            eventually(lambda: waiting_for_a_lock() == 1)
        other.result()

        assert Recipient.objects.get(user_id=alice.id).deleted_at
        assert not Notification.objects.filter(user_id=alice.id).exists()

    def test_no_notification_is_left_in_any_order(self, new_person, concurrently):
        people = [new_person("Alice") for _ in range(10)]

        for person in people:
            deleted, placed = event("user.deleted", user_id=person.id), event("order.placed", user_id=person.id)
            assert concurrently(lambda d=deleted: deliver(app, d), lambda p=placed: deliver(app, p)) == [None, None]

        ids = [person.id for person in people]
        assert Recipient.objects.filter(user_id__in=ids, deleted_at__isnull=False).count() == 10
        assert not Notification.objects.filter(user_id__in=ids).exists()


class TestOneEvent:
    def test_consumed_by_eight_workers_makes_one_notification(self, alice, concurrently):
        placed = event("order.placed", user_id=alice.id)

        assert concurrently(*[lambda: deliver(app, placed)] * CONCURRENT) == [None] * CONCURRENT

        assert InboxMessage.objects.filter(message_id=placed.id).count() == 1
        [_] = Notification.objects.filter(user_id=alice.id)
        [_] = commands_about(alice)

    def test_is_handled_by_the_second_worker_when_the_first_rolls_back(self, alice, in_thread):
        placed = event("order.placed", user_id=alice.id)

        with transaction.atomic():
            InboxMessage.objects.create(message_id=placed.id, type=placed.type)
            second = in_thread(deliver, app, placed)
            eventually(lambda: waiting_for_a_lock() == 1)
            transaction.set_rollback(True)
        second.result()

        [_] = Notification.objects.filter(user_id=alice.id)

    def test_cannot_have_two_notifications(self, alice, concurrently):
        event_id = uuid4()

        results = concurrently(*[lambda: NotificationFactory(event_id=event_id, user_id=alice.id)] * CONCURRENT)

        assert sum(isinstance(result, IntegrityError) for result in results) == CONCURRENT - 1
        assert Notification.objects.filter(event_id=event_id).count() == 1


class TestFirstEventsOfAUser:
    def test_make_one_recipient_and_all_notifications(self, alice, concurrently):
        placed = [event("order.placed", user_id=alice.id) for _ in range(CONCURRENT)]

        assert concurrently(*[lambda each=each: deliver(app, each) for each in placed]) == [None] * CONCURRENT

        assert Recipient.objects.filter(user_id=alice.id).count() == 1
        assert Notification.objects.filter(user_id=alice.id).count() == CONCURRENT


class TestOneDelivery:
    @pytest.fixture
    def delivery(self, alice):
        return DeliveryFactory(notification__user_id=alice.id)

    @pytest.fixture
    def sender(self):
        return FakeMailSender()

    @pytest.fixture
    def deliveries(self, alice, sender):
        users = FakeUserDirectory(ContactFactory(user_id=alice.id))
        return DeliveryService(users=users, sender=sender, now=FakeClock(MONDAY_NOON))

    def test_is_sent_once_by_eight_tasks(self, delivery, deliveries, sender, concurrently):
        results = concurrently(*[lambda: deliveries.deliver(delivery_id=delivery.id)] * CONCURRENT)

        [_] = sender.mails
        assert {type(result) for result in results} <= {type(None), ClaimedByAnotherWorker}

    def test_is_not_sent_while_another_worker_holds_its_lock(self, delivery, deliveries, sender, in_thread):
        """That worker will claim it, whatever claim it finds."""
        locked, done = threading.Event(), threading.Event()

        def lock():
            with advisory_lock(delivery.id) as holds_lock:
                locked.set()
                done.wait(10)
                return holds_lock

        first = in_thread(lock)
        assert locked.wait(10)

        with pytest.raises(ClaimedByAnotherWorker):
            deliveries.deliver(delivery_id=delivery.id)
        done.set()

        assert first.result() is True
        assert sender.mails == []

    def test_is_not_sent_while_another_worker_sends_it(self, delivery, deliveries, sender, in_thread):
        sending, done = threading.Event(), threading.Event()
        sender.send = lambda _: (sending.set(), done.wait(10))
        first = in_thread(lambda: deliveries.deliver(delivery_id=delivery.id))
        assert sending.wait(10)

        with pytest.raises(ClaimedByAnotherWorker):
            deliveries.deliver(delivery_id=delivery.id)
        done.set()
        first.result()

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("sent", 1)

    def test_is_sent_when_its_worker_is_dead(self, alice, deliveries, sender):
        """The claim has not expired, but the lock is free."""
        delivery = DeliveryFactory(notification__user_id=alice.id, is_claimed=True)

        deliveries.deliver(delivery_id=delivery.id)

        [_] = sender.mails

    @pytest.mark.parametrize("change", [{"state": "sent"}, {"state": "failed"}, {"reason": "why not"}])
    def test_cannot_end_without_a_time_nor_have_a_reason_unless_it_failed(self, delivery, change):
        with pytest.raises(IntegrityError, match="delivery_ends_with_a_time"):
            Delivery.objects.filter(pk=delivery.pk).update(**change)

    def test_is_the_only_one_of_its_notification(self, delivery):
        with pytest.raises(IntegrityError):
            DeliveryFactory(notification=delivery.notification)


class TestSweep:
    @pytest.fixture
    def lost(self, alice):
        return DeliveryFactory.create_batch(5, notification__user_id=alice.id, due_at=MONDAY_NOON - A_YEAR)

    def test_two_at_once_share_the_deliveries_and_neither_waits(self, lost, alice, in_thread):
        """A year ago, so that the deliveries of other tests are not due."""
        deliveries = DeliveryService(now=FakeClock(MONDAY_NOON - A_YEAR))
        with transaction.atomic():
            deliveries.sweep(limit=3)
            in_thread(lambda: deliveries.sweep(limit=3)).result(timeout=5)

        named = [delivery.id for delivery in lost for row in commands_about(alice) if str(delivery.id) in row.body]
        assert sorted(named) == sorted(delivery.id for delivery in lost)
