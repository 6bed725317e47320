"""What each event changes here, once and in any order."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.exceptions import Retry
from django.core import mail

from notification_service.celery_app import HEARS, app
from notification_service.models import Delivery, InboxMessage, Notification, OutboxMessage
from notification_service.tests.component.queue import run_tasks
from notification_service.tests.factories import EVENT_DATA, DeliveryFactory, NotificationFactory, event
from notification_service.tests.people import ALICE, BOB, UNKNOWN_USER
from servicekit.testing.messages import commands, deliver, published

pytestmark = pytest.mark.django_db

MESSAGES = {
    "user.registered": "Welcome to the shop, Alice.",
    "order.placed": "Your order 17 was placed: 42.00.",
    "order.confirmed": "Your order 17 is confirmed: 42.00.",
    "order.shipped": "Your order 17 was shipped.",
    "order.cancelled": "Your order 17 was cancelled because it was not paid in time.",
}

DETAILS = {
    "order.placed": "Placed on 23 November 2026, 12:00 UTC.\n  2 x Lamp, 21.00 each",
    "order.confirmed": "Paid on 23 November 2026, 12:05 UTC. Thank you.",
    "order.shipped": "Shipped on 24 November 2026, 08:15 UTC.",
    "order.cancelled": "Cancelled on 23 November 2026, 12:30 UTC.",
}


@pytest.fixture(autouse=True)
def _alice_is_known(user_service):
    user_service.knows(ALICE)


class TestNotifyingEvents:
    @pytest.mark.parametrize(("event_type", "message"), MESSAGES.items())
    def test_the_user_can_read_the_notification(self, alice, event_type, message):
        deliver(app, event(event_type))

        [notification] = alice.get(f"/api/users/{ALICE}/notifications/").json()["results"]
        assert (notification["type"], notification["message"]) == (event_type, message)

    @pytest.mark.parametrize(("event_type", "message"), MESSAGES.items())
    def test_the_user_gets_a_mail(self, event_type, message):
        deliver(app, event(event_type))
        run_tasks()

        [sent] = mail.outbox
        assert sent.to == ["alice@example.org"]
        assert sent.body.startswith(f"Hello Alice,\n\n{message}\n")
        assert Delivery.objects.get().state == "sent"

    @pytest.mark.parametrize(("event_type", "details"), DETAILS.items())
    def test_the_mail_has_the_details(self, event_type, details):
        deliver(app, event(event_type))
        run_tasks()

        [sent] = mail.outbox
        assert f"\n\n{details}\n\n" in sent.body

    def test_a_user_without_a_first_name_is_addressed_by_username(self):
        deliver(app, event("user.registered", first_name=""))

        assert Notification.objects.get().message == "Welcome to the shop, alice."

    def test_no_event_is_published(self):
        deliver(app, event("order.placed"))

        assert published() == []


class TestUserUpdated:
    def test_the_next_mail_goes_to_the_new_address(self, user_service):
        deliver(app, event("order.placed"))
        run_tasks()

        user_service.knows(email="new@example.org")
        deliver(app, event("user.updated"))
        deliver(app, event("order.confirmed"))
        run_tasks()

        assert [sent.to for sent in mail.outbox] == [["alice@example.org"], ["new@example.org"]]

    def test_two_mails_need_one_lookup_of_the_address(self, user_service):
        deliver(app, event("order.placed"))
        deliver(app, event("order.confirmed"))
        run_tasks()

        assert user_service.times_asked(ALICE) == 1
        assert len(mail.outbox) == 2

    def test_no_notification_is_made(self):
        deliver(app, event("user.updated"))

        assert not Notification.objects.exists()


class TestUserDeleted:
    def test_all_rows_of_this_user_are_deleted(self):
        NotificationFactory(user_id=BOB)
        DeliveryFactory(has_failed=True)
        DeliveryFactory(was_sent=True)
        deliver(app, event("order.placed"))

        deliver(app, event("user.deleted"))

        assert [notification.user_id for notification in Notification.objects.all()] == [BOB]
        assert not Delivery.objects.exists()

    def test_a_waiting_mail_is_not_sent(self, user_service):
        deliver(app, event("order.placed"))
        deliver(app, event("user.deleted"))

        run_tasks()

        assert mail.outbox == []
        assert user_service.times_asked(ALICE) == 0

    @pytest.mark.parametrize("late", MESSAGES)
    def test_a_later_event_makes_no_notification(self, late):
        deliver(app, event("user.deleted"))

        deliver(app, event(late))

        assert not Notification.objects.exists()
        assert commands() == []

    def test_a_second_deletion_does_no_harm(self):
        deliver(app, event("user.deleted"))
        deliver(app, event("user.deleted"))

        assert InboxMessage.objects.count() == 2


class TestOrder:
    def test_events_in_the_wrong_order_all_make_notifications(self, alice):
        for event_type in ("order.confirmed", "order.placed", "user.registered"):
            deliver(app, event(event_type))

        results = alice.get(f"/api/users/{ALICE}/notifications/").json()["results"]
        assert [each["type"] for each in results] == ["user.registered", "order.placed", "order.confirmed"]

    @pytest.mark.parametrize("event_type", ["user.updated", "user.deleted", "token.revoked"])
    def test_an_event_about_an_unknown_user_does_no_harm(self, event_type):
        deliver(app, event(event_type, user_id=UNKNOWN_USER))

        assert InboxMessage.objects.count() == 1


class TestRepetition:
    @pytest.mark.parametrize("event_type", MESSAGES)
    def test_an_event_that_comes_twice_makes_one_notification_and_one_mail(self, event_type):
        repeated = event(event_type)

        deliver(app, repeated)
        deliver(app, repeated)
        run_tasks()

        assert Notification.objects.count() == len(mail.outbox) == 1

    def test_an_event_replayed_after_its_inbox_row_was_deleted_changes_nothing(self):
        repeated = event("order.confirmed")
        deliver(app, repeated)
        InboxMessage.objects.all().delete()

        deliver(app, repeated)
        run_tasks()

        assert Notification.objects.count() == len(mail.outbox) == 1

    def test_a_task_that_runs_twice_sends_one_mail(self):
        deliver(app, event("order.confirmed"))
        run_tasks()

        OutboxMessage.objects.update(published_at=None)
        run_tasks()

        [_] = mail.outbox

    def test_a_task_is_retried_while_another_worker_has_the_claim(self):
        deliver(app, event("order.confirmed"))
        Delivery.objects.update(claimed_until=datetime.now(UTC) + timedelta(minutes=1))

        with pytest.raises(Retry):
            run_tasks()

        assert mail.outbox == []


class TestSubscriptions:
    def test_each_event_has_a_consumer(self):
        app.loader.import_default_modules()

        assert set(HEARS) == set(EVENT_DATA) <= set(app.tasks)
