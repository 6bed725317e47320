"""What each event does here, once, whatever the order."""

import pytest
from django.core import mail

from notification_service.celery_app import HEARS, app
from notification_service.models import Delivery, InboxMessage, Notification, OutboxMessage
from notification_service.tests.component.queue import work
from notification_service.tests.factories import EVENT_DATA, DeliveryFactory, NotificationFactory, event
from notification_service.tests.people import ALICE, BOB
from servicekit.testing.messages import commands, deliver, published

pytestmark = pytest.mark.django_db

TELLING = {
    "user.registered": "Welcome to the shop, Alice.",
    "order.placed": "Your order 17 was placed: 42.00.",
    "order.confirmed": "Your order 17 is confirmed: 42.00.",
    "order.cancelled": "Your order 17 was cancelled because it was not paid in time.",
}


@pytest.fixture(autouse=True)
def _alice_has_an_address(user_service):
    user_service.knows(ALICE)


class TestTellingEvents:
    @pytest.mark.parametrize(("heard", "message"), TELLING.items())
    def test_the_user_can_read_it(self, alice, heard, message):
        deliver(app, event(heard))

        [notification] = alice.get(f"/api/users/{ALICE}/notifications/").json()["results"]
        assert (notification["type"], notification["message"]) == (heard, message)

    @pytest.mark.parametrize(("heard", "message"), TELLING.items())
    def test_the_user_gets_a_mail(self, heard, message):
        deliver(app, event(heard))
        work()

        [letter] = mail.outbox
        assert letter.to == ["alice@example.org"]
        assert letter.body.startswith(f"Hello Alice,\n\n{message}\n")
        assert Delivery.objects.get().state == "sent"

    def test_somebody_without_a_first_name_is_called_by_username(self):
        deliver(app, event("user.registered", first_name=""))

        assert Notification.objects.get().message == "Welcome to the shop, alice."

    def test_publishes_nothing_itself(self):
        deliver(app, event("order.placed"))

        assert published() == []


class TestUserUpdated:
    def test_the_next_mail_goes_to_the_new_address(self, user_service):
        deliver(app, event("order.placed"))
        work()

        user_service.knows(email="new@example.org")
        deliver(app, event("user.updated"))
        deliver(app, event("order.confirmed"))
        work()

        assert [letter.to for letter in mail.outbox] == [["alice@example.org"], ["new@example.org"]]

    def test_the_address_is_asked_for_once_a_minute_at_most(self, user_service):
        deliver(app, event("order.placed"))
        deliver(app, event("order.confirmed"))
        work()

        assert user_service.asked_for(ALICE) == 1
        assert len(mail.outbox) == 2

    def test_nobody_is_told(self):
        deliver(app, event("user.updated"))

        assert not Notification.objects.exists()


class TestUserDeleted:
    def test_nothing_of_the_user_is_left(self):
        NotificationFactory(user_id=BOB)
        DeliveryFactory(has_failed=True)
        DeliveryFactory(was_sent=True)
        deliver(app, event("order.placed"))

        deliver(app, event("user.deleted"))

        assert [notification.user_id for notification in Notification.objects.all()] == [BOB]
        assert not Delivery.objects.exists()

    def test_mails_on_their_way_are_not_sent(self, user_service):
        deliver(app, event("order.placed"))
        deliver(app, event("user.deleted"))

        work()

        assert mail.outbox == []
        assert user_service.asked_for(ALICE) == 0

    @pytest.mark.parametrize("late", TELLING)
    def test_what_comes_later_tells_nobody(self, late):
        deliver(app, event("user.deleted"))

        deliver(app, event(late))

        assert not Notification.objects.exists()
        assert commands() == []

    def test_hearing_it_again_is_no_trouble(self):
        deliver(app, event("user.deleted"))
        deliver(app, event("user.deleted"))

        assert InboxMessage.objects.count() == 2


class TestOrder:
    def test_news_that_overtake_each_other_are_all_told(self, alice):
        for heard in ("order.confirmed", "order.placed", "user.registered"):
            deliver(app, event(heard))

        results = alice.get(f"/api/users/{ALICE}/notifications/").json()["results"]
        assert [each["type"] for each in results] == ["user.registered", "order.placed", "order.confirmed"]

    @pytest.mark.parametrize("heard", ["user.updated", "token.revoked"])
    def test_news_of_somebody_never_heard_of_are_no_trouble(self, heard):
        deliver(app, event(heard, user_id=404))

        assert InboxMessage.objects.count() == 1


class TestRepetition:
    @pytest.mark.parametrize("heard", TELLING)
    def test_the_same_event_twice_tells_once(self, heard):
        once = event(heard)

        deliver(app, once)
        deliver(app, once)
        work()

        assert Notification.objects.count() == len(mail.outbox) == 1

    def test_an_event_replayed_after_the_inbox_forgot_it_tells_nothing_new(self):
        once = event("order.confirmed")
        deliver(app, once)
        InboxMessage.objects.all().delete()

        deliver(app, once)
        work()

        assert Notification.objects.count() == len(mail.outbox) == 1

    def test_a_command_that_runs_twice_sends_once(self):
        deliver(app, event("order.confirmed"))
        work()

        OutboxMessage.objects.update(published_at=None)
        work()

        [_] = mail.outbox


class TestVocabulary:
    def test_there_is_a_consumer_for_everything_that_is_heard(self):
        app.loader.import_default_modules()

        assert set(HEARS) == set(EVENT_DATA) <= set(app.tasks)
