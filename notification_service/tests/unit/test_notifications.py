"""Telling people."""

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


def tell(notifications, *, event_id=None, user_id=ALICE):
    return notifications.tell(
        event_id=event_id or uuid4(), event_type="order.confirmed", user_id=user_id, text=CONFIRMED
    )


class TestTell:
    def test_keeps_a_notification(self, notifications):
        event_id = uuid4()

        tell(notifications, event_id=event_id)

        notification = Notification.objects.get()
        assert (notification.event_id, notification.user_id, notification.type) == (event_id, ALICE, "order.confirmed")
        assert (notification.message, notification.created_at) == (CONFIRMED.message, MONDAY_NOON)
        assert notification.read_at is None

    def test_puts_its_mail_on_the_way(self, notifications):
        tell(notifications)

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.subject, delivery.body) == ("pending", CONFIRMED.subject, CONFIRMED.body)
        assert commands() == [("notification_service.deliver", {"delivery_id": str(delivery.id)})]

    def test_the_mail_is_not_overdue_at_once(self, notifications):
        tell(notifications)

        assert not Delivery.objects.overdue(now=MONDAY_NOON).exists()

    def test_tells_the_same_event_once(self, notifications):
        """Also when the inbox has forgotten it: a dead letter may be replayed after weeks."""
        event_id = uuid4()

        first, second = tell(notifications, event_id=event_id), tell(notifications, event_id=event_id)

        assert first == second
        assert len(commands()) == Delivery.objects.count() == 1

    def test_tells_a_deleted_user_nothing(self, notifications):
        Recipient.objects.create(user_id=ALICE, deleted_at=MONDAY_NOON)

        assert tell(notifications) is None
        assert not Notification.objects.exists()
        assert commands() == []


class TestRead:
    def test_notes_when(self, notifications):
        notification = NotificationFactory()

        read = notifications.read(user_id=ALICE, notification_id=notification.pk)

        assert read.read_at == MONDAY_NOON

    def test_the_second_time_changes_nothing(self, notifications):
        notification = NotificationFactory(read_at=MONDAY_NOON - timedelta(days=1))

        read = notifications.read(user_id=ALICE, notification_id=notification.pk)

        assert read.read_at == MONDAY_NOON - timedelta(days=1)

    def test_does_not_find_another_s(self, notifications):
        notification = NotificationFactory(user_id=BOB)

        with pytest.raises(NotificationNotFound):
            notifications.read(user_id=ALICE, notification_id=notification.pk)

        assert Notification.objects.get().read_at is None
