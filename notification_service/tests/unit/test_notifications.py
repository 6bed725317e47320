"""Notifying users, and marking notifications as read."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notification_service.exceptions import NotificationNotFound
from notification_service.models import Delivery, Notification, Recipient
from notification_service.services import NotificationService
from notification_service.tests.factories import NotificationFactory
from notification_service.tests.people import ALICE, BOB, MONDAY_NOON
from notification_service.texts import Text
from servicekit.testing import FakeClock
from servicekit.testing.messages import commands

pytestmark = pytest.mark.django_db

CONFIRMED = Text(subject="Your order 17 is confirmed", message="Your order 17 is confirmed: 42.00.", details="Paid.")


@pytest.fixture
def notifications():
    return NotificationService(now=FakeClock(MONDAY_NOON))


def notify(notifications, *, event_id=None):
    return notifications.notify(
        event_id=event_id or uuid4(), event_type="order.confirmed", user_id=ALICE, text=CONFIRMED
    )


class TestNotify:
    def test_saves_a_notification(self, notifications):
        event_id = uuid4()

        notify(notifications, event_id=event_id)

        notification = Notification.objects.get()
        assert (notification.event_id, notification.user_id, notification.type) == (event_id, ALICE, "order.confirmed")
        assert (notification.message, notification.created_at) == (CONFIRMED.message, MONDAY_NOON)
        assert notification.read_at is None

    def test_saves_a_delivery_and_sends_its_task(self, notifications):
        notify(notifications)

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.subject, delivery.body) == ("pending", CONFIRMED.subject, CONFIRMED.body)
        assert commands() == [("notification_service.deliver", {"delivery_id": str(delivery.id)})]

    def test_the_new_delivery_is_not_overdue(self, notifications):
        notify(notifications)

        assert not Delivery.objects.overdue(now=MONDAY_NOON).exists()

    def test_a_repeated_event_notifies_once(self, notifications):
        """Also when its inbox row was deleted: a dead letter may be replayed after weeks."""
        event_id = uuid4()

        first, second = notify(notifications, event_id=event_id), notify(notifications, event_id=event_id)

        assert first == second == Notification.objects.get()
        assert len(commands()) == Delivery.objects.count() == 1

    def test_a_deleted_user_is_not_notified(self, notifications):
        Recipient.objects.create(user_id=ALICE, deleted_at=MONDAY_NOON)

        assert notify(notifications) is None
        assert not Notification.objects.exists()
        assert commands() == []


class TestMarkRead:
    def test_records_the_time(self, notifications):
        notification = NotificationFactory()

        read = notifications.mark_read(user_id=ALICE, notification_id=notification.pk)

        assert read.read_at == MONDAY_NOON

    def test_a_second_call_keeps_the_first_time(self, notifications):
        a_day_ago = MONDAY_NOON - timedelta(days=1)
        notification = NotificationFactory(read_at=a_day_ago)

        read = notifications.mark_read(user_id=ALICE, notification_id=notification.pk)

        assert read.read_at == a_day_ago

    def test_does_not_find_the_notification_of_another_user(self, notifications):
        notification = NotificationFactory(user_id=BOB)

        with pytest.raises(NotificationNotFound):
            notifications.mark_read(user_id=ALICE, notification_id=notification.pk)

        notification.refresh_from_db()
        assert notification.read_at is None
