"""Rules that one row can check, and the database's last word."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from notification_service.models import Delivery, Notification, Recipient
from notification_service.tests.factories import DeliveryFactory, NotificationFactory
from notification_service.tests.people import ALICE, MONDAY_NOON

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)


def claim(delivery, *, now=MONDAY_NOON):
    return Delivery.objects.claim(delivery.id, now=now, until=now + A_MINUTE)


class TestNotification:
    def test_the_first_reading_counts(self):
        notification = NotificationFactory()

        notification.read(now=MONDAY_NOON)
        notification.read(now=MONDAY_NOON + A_MINUTE)

        assert notification.read_at == MONDAY_NOON

    def test_stays_read_when_two_readers_hold_it(self):
        notification = NotificationFactory()
        other_copy = Notification.objects.get()
        notification.read(now=MONDAY_NOON)

        other_copy.read(now=MONDAY_NOON + A_MINUTE)

        assert other_copy.read_at == MONDAY_NOON

    def test_an_event_tells_one_thing_only(self):
        notification = NotificationFactory()

        with pytest.raises(IntegrityError):
            NotificationFactory(event_id=notification.event_id)

    def test_says_what_it_is(self):
        assert str(NotificationFactory()) == f"order.confirmed for user {ALICE}"


class TestClaim:
    def test_takes_a_pending_delivery(self):
        delivery = DeliveryFactory()

        claimed = claim(delivery)

        assert (claimed.pk, claimed.attempts, claimed.claimed_until) == (delivery.pk, 1, MONDAY_NOON + A_MINUTE)

    def test_leaves_what_is_in_other_hands(self):
        assert claim(DeliveryFactory(is_claimed=True)) is None

    def test_takes_over_from_hands_that_are_known_to_be_dead(self):
        delivery = DeliveryFactory(is_claimed=True)

        claimed = Delivery.objects.claim(delivery.id, now=MONDAY_NOON, until=MONDAY_NOON + A_MINUTE, alone=True)

        assert claimed.attempts == 2

    def test_takes_over_when_a_claim_ran_out(self):
        claimed = claim(DeliveryFactory(is_claimed=True), now=MONDAY_NOON + A_MINUTE)

        assert claimed.attempts == 2

    @pytest.mark.parametrize("ended", ["was_sent", "has_failed"])
    def test_leaves_what_ended(self, ended):
        assert claim(DeliveryFactory(**{ended: True})) is None

    def test_leaves_what_is_gone(self):
        assert claim(DeliveryFactory.build()) is None


class TestDelivery:
    def test_is_released_for_the_next_attempt(self):
        delivery = claim(DeliveryFactory())

        delivery.released(due_at=MONDAY_NOON)

        assert claim(delivery).attempts == 2

    def test_does_not_release_the_claim_of_another(self):
        slow = claim(DeliveryFactory())
        later = MONDAY_NOON + A_MINUTE
        claim(slow, now=later)

        slow.released(due_at=later)

        assert claim(slow, now=later) is None

    def test_a_mail_that_went_out_is_sent_whoever_holds_the_claim(self):
        slow = claim(DeliveryFactory())
        later = MONDAY_NOON + A_MINUTE
        claim(slow, now=later)

        slow.sent(now=later)

        assert Delivery.objects.get().state == "sent"

    def test_an_end_is_final(self):
        delivery = DeliveryFactory()
        delivery.sent(now=MONDAY_NOON)

        delivery.failed("too late", now=MONDAY_NOON + A_MINUTE)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason, delivery.ended_at) == ("sent", "", MONDAY_NOON)

    def test_cannot_fail_without_a_reason(self):
        with pytest.raises(IntegrityError):
            DeliveryFactory(has_failed=True, reason="")

    def test_cannot_end_without_a_time(self):
        with pytest.raises(IntegrityError):
            DeliveryFactory(was_sent=True, ended_at=None)

    def test_says_what_it_is(self):
        assert str(DeliveryFactory()) == "Your order 17 is confirmed (pending)"


class TestRecipient:
    def test_is_made_when_first_heard_of(self):
        assert not Recipient.objects.locked(ALICE).is_deleted

    def test_stays_deleted(self):
        Recipient.objects.create(user_id=ALICE, deleted_at=MONDAY_NOON)

        assert Recipient.objects.locked(ALICE).is_deleted

    def test_says_who_it_is(self):
        assert str(Recipient(user_id=ALICE)) == f"user {ALICE}"
