"""Rules that one row can check, and the constraints of the database."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from notification_service.exceptions import ClaimedByAnotherWorker
from notification_service.models import Delivery, Notification, Recipient
from notification_service.tests.factories import DeliveryFactory, NotificationFactory
from notification_service.tests.people import ALICE, MONDAY_NOON

pytestmark = pytest.mark.django_db

A_MINUTE = timedelta(minutes=1)
A_MINUTE_LATER = MONDAY_NOON + A_MINUTE


def claim(delivery, *, now=MONDAY_NOON, **options):
    return Delivery.objects.claim(delivery.id, now=now, until=now + A_MINUTE, **options)


class TestNotification:
    def test_marking_it_read_twice_keeps_the_first_time(self):
        notification = NotificationFactory()

        notification.mark_read(now=MONDAY_NOON)
        notification.mark_read(now=A_MINUTE_LATER)

        assert notification.read_at == MONDAY_NOON

    def test_marking_an_outdated_copy_read_keeps_the_first_time(self):
        notification = NotificationFactory()
        outdated = Notification.objects.get()
        notification.mark_read(now=MONDAY_NOON)

        outdated.mark_read(now=A_MINUTE_LATER)

        assert outdated.read_at == MONDAY_NOON

    def test_marking_it_read_leaves_others_unread(self):
        another = NotificationFactory()

        NotificationFactory().mark_read(now=MONDAY_NOON)

        another.refresh_from_db()
        assert another.read_at is None

    def test_there_cannot_be_two_for_one_event(self):
        notification = NotificationFactory()

        with pytest.raises(IntegrityError):
            NotificationFactory(event_id=notification.event_id)

    def test_is_shown_with_its_type_and_user(self):
        assert str(NotificationFactory()) == f"order.confirmed for user {ALICE}"


class TestClaim:
    def test_claims_a_pending_delivery(self):
        delivery = DeliveryFactory(is_overdue=True)

        claimed = claim(delivery)

        assert (claimed.pk, claimed.attempts) == (delivery.pk, 1)
        assert claimed.claimed_until == claimed.due_at == A_MINUTE_LATER

    def test_is_refused_while_another_claim_has_not_expired(self):
        delivery = DeliveryFactory(is_claimed=True)

        with pytest.raises(ClaimedByAnotherWorker):
            claim(delivery)

        delivery.refresh_from_db()
        assert delivery.attempts == 1

    def test_replaces_the_claim_of_a_dead_worker_whose_lock_is_held(self):
        assert claim(DeliveryFactory(is_claimed=True), holds_lock=True).attempts == 2

    def test_replaces_an_expired_claim(self):
        assert claim(DeliveryFactory(is_claimed=True), now=A_MINUTE_LATER).attempts == 2

    @pytest.mark.parametrize("ended", ["was_sent", "has_failed"])
    @pytest.mark.parametrize("holds_lock", [True, False])
    def test_returns_none_for_a_delivery_that_has_ended(self, ended, holds_lock):
        assert claim(DeliveryFactory(**{ended: True}), holds_lock=holds_lock) is None

    def test_returns_none_for_a_delivery_that_was_deleted(self):
        assert claim(DeliveryFactory.build()) is None


class TestDelivery:
    def test_can_be_claimed_again_after_its_release(self):
        delivery = claim(DeliveryFactory())

        delivery.release(due_at=MONDAY_NOON)

        assert claim(delivery).attempts == 2

    def test_a_worker_whose_claim_has_expired_does_not_release_the_next_claim(self):
        slow = claim(DeliveryFactory())
        claim(slow, now=A_MINUTE_LATER)

        slow.release(due_at=A_MINUTE_LATER)

        with pytest.raises(ClaimedByAnotherWorker):
            claim(slow, now=A_MINUTE_LATER)

    def test_a_worker_whose_claim_has_expired_still_marks_it_as_sent(self):
        slow = claim(DeliveryFactory())
        claim(slow, now=A_MINUTE_LATER)

        slow.mark_sent(now=A_MINUTE_LATER)

        assert Delivery.objects.get().state == "sent"

    def test_a_sent_one_cannot_fail_later(self):
        delivery = DeliveryFactory()
        delivery.mark_sent(now=MONDAY_NOON)

        delivery.mark_failed("too late", now=A_MINUTE_LATER)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason, delivery.ended_at) == ("sent", "", MONDAY_NOON)

    @pytest.mark.parametrize("ended", ["was_sent", "has_failed"])
    def test_cannot_end_without_a_time(self, ended):
        with pytest.raises(IntegrityError):
            DeliveryFactory(**{ended: True}, ended_at=None)

    def test_cannot_fail_without_a_reason(self):
        with pytest.raises(IntegrityError):
            DeliveryFactory(has_failed=True, reason="")

    def test_is_shown_with_its_subject_and_state(self):
        assert str(DeliveryFactory()) == "Your order 17 is confirmed (pending)"


class TestRecipient:
    def test_is_shown_with_its_id(self):
        assert str(Recipient(user_id=ALICE)) == f"user {ALICE}"
