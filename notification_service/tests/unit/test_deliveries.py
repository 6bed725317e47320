"""Sending mails: success, permanent and temporary failures, and lost tasks."""

from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from notification_service.exceptions import (
    AddressNotVerified,
    ClaimedByAnotherWorker,
    MailRefused,
    MailServerUnavailable,
    TooManyMails,
)
from notification_service.mail import Mail
from notification_service.services import DeliveryService
from notification_service.services.deliveries import CLAIM, LONGEST_PAUSE, MAX_ATTEMPTS, TASK_GRACE
from notification_service.tests.factories import ContactFactory, DeliveryFactory
from notification_service.tests.fakes import FakeMailSender, FakeUserDirectory
from notification_service.tests.people import ALICE, BOB, MONDAY_NOON
from notification_service.wiring import Limits
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.testing import FakeClock
from servicekit.testing.messages import commands

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return FakeClock(MONDAY_NOON)


@pytest.fixture
def sender():
    return FakeMailSender()


@pytest.fixture
def users():
    return FakeUserDirectory(ContactFactory())


@pytest.fixture
def deliveries(users, sender, clock):
    return DeliveryService(users=users, sender=sender, now=clock)


class TestDeliver:
    def test_sends_the_mail(self, deliveries, sender):
        delivery = DeliveryFactory(subject="Hi", body="Your order 17 is confirmed: 42.00.")

        deliveries.deliver(delivery_id=delivery.id)

        assert sender.mails == [
            Mail(
                id=delivery.id,
                to="alice@example.org",
                subject="Hi",
                body="Hello Alice,\n\nYour order 17 is confirmed: 42.00.\n\nYour shop\n",
            )
        ]

    def test_marks_the_delivery_as_sent(self, deliveries):
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.ended_at) == ("sent", 1, MONDAY_NOON)

    @pytest.mark.django_db(transaction=True)
    def test_marks_the_delivery_as_sent_after_an_outage_of_the_database(self, deliveries, sender):
        outage = [OperationalError("connection refused")]

        def fail_once_after_sending(execute, *args):
            if sender.mails and outage:
                raise outage.pop()
            return execute(*args)

        delivery = DeliveryFactory()
        with connection.execute_wrapper(fail_once_after_sending):
            deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, outage, len(sender.mails)) == ("sent", [], 1)

    def test_sends_one_mail_when_the_task_runs_twice(self, deliveries, sender):
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)
        deliveries.deliver(delivery_id=delivery.id)

        [_] = sender.mails

    def test_sends_nothing_while_another_worker_has_the_claim(self, deliveries, sender):
        with pytest.raises(ClaimedByAnotherWorker):
            deliveries.deliver(delivery_id=DeliveryFactory(is_claimed=True).id)

        assert sender.mails == []

    def test_sends_the_mail_when_the_claim_of_another_worker_has_expired(self, deliveries, sender, clock):
        delivery = DeliveryFactory(is_claimed=True)
        clock.advance(minutes=1)

        deliveries.deliver(delivery_id=delivery.id)

        [_] = sender.mails

    def test_does_nothing_for_a_delivery_that_was_deleted(self, deliveries, users):
        deliveries.deliver(delivery_id=uuid4())

        assert users.asked == []


class TestPermanentFailure:
    def test_an_unknown_user_gets_no_mail(self, deliveries, users, sender):
        users.contacts.clear()
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user_service does not know user 7")
        assert sender.mails == []

    def test_an_inactive_user_gets_no_mail(self, deliveries, users, sender):
        users.contacts[ALICE] = ContactFactory(is_active=False)
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user 7 is not active")
        assert sender.mails == []

    def test_a_mail_that_the_server_refuses_fails_at_the_first_attempt(self, deliveries, sender):
        sender.error = MailRefused("the mail server refused with 550")
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "the mail server refused with 550")
        assert (delivery.attempts, delivery.ended_at) == (1, MONDAY_NOON)

    def test_is_logged_without_the_reason_which_may_contain_an_address(self, deliveries, sender, caplog):
        sender.error = MailRefused("alice@example.org is not an address")
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        assert caplog.messages == [f"delivery {delivery.id} failed: MailRefused"]

    def test_the_last_attempt_fails_with_its_error_as_the_reason(self, deliveries, sender):
        sender.error = MailServerUnavailable("the mail server refused for now with 451")
        delivery = DeliveryFactory(attempts=MAX_ATTEMPTS - 1)

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert delivery.reason == "gave up after 12 attempts: the mail server refused for now with 451"

    def test_a_delivery_whose_attempts_all_killed_their_worker_fails(self, deliveries, sender):
        delivery = DeliveryFactory(attempts=MAX_ATTEMPTS)

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "none of 12 attempts finished")
        assert sender.mails == []


class TestTemporaryFailure:
    @pytest.fixture(params=["mail server", "user_service"])
    def failing(self, request, users, sender):
        """The fake that fails."""
        if request.param == "mail server":
            sender.error = MailServerUnavailable("down")
            return sender
        users.error = NeighbourUnavailable("user_service", "down")
        return users

    def test_is_raised_for_the_task_to_retry(self, deliveries, failing):
        with pytest.raises(type(failing.error)):
            deliveries.deliver(delivery_id=DeliveryFactory().id)

    def test_releases_the_claim_so_that_the_next_attempt_can_send(self, deliveries, failing, sender):
        delivery = DeliveryFactory()
        with pytest.raises(type(failing.error)):
            deliveries.deliver(delivery_id=delivery.id)

        failing.error = None
        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("sent", 2)
        [_] = sender.mails

    def test_an_unexpected_error_keeps_the_claim(self, deliveries, sender):
        """So the next attempt waits until the claim expires."""
        sender.error = ZeroDivisionError()
        delivery = DeliveryFactory()

        with pytest.raises(ZeroDivisionError):
            deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.claimed_until) == ("pending", MONDAY_NOON + CLAIM)


@pytest.mark.security
class TestUnprovenAddress:
    @pytest.fixture(autouse=True)
    def _unproven(self, users):
        users.contacts[ALICE] = ContactFactory(email_verified=False)

    def test_a_mail_to_an_unproven_address_waits(self, deliveries, sender):
        delivery = DeliveryFactory()

        with pytest.raises(AddressNotVerified):
            deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.claimed_until, sender.mails) == ("pending", None, [])

    def test_a_mail_whose_address_is_never_proven_fails(self, deliveries, sender):
        delivery = DeliveryFactory(attempts=MAX_ATTEMPTS - 1)

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert delivery.reason == "gave up after 12 attempts: user 7 has not verified the address"
        assert sender.mails == []

    def test_the_mails_that_wait_get_a_new_task(self, deliveries):
        waiting = DeliveryFactory()
        DeliveryFactory(was_sent=True)
        DeliveryFactory(is_claimed=True)
        DeliveryFactory(notification__user_id=BOB)

        assert deliveries.send_waiting(user_id=ALICE) == 1
        assert commands() == [("notification_service.deliver", {"delivery_id": str(waiting.id)})]


@pytest.mark.security
class TestLimit:
    def test_more_mails_than_allowed_in_an_hour_wait(self, users, sender, clock):
        deliveries = DeliveryService(users=users, sender=sender, limits=Limits(mails_per_hour=2), now=clock)
        DeliveryFactory.create_batch(2, was_sent=True)
        DeliveryFactory(was_sent=True, notification__user_id=BOB)
        third = DeliveryFactory()

        with pytest.raises(TooManyMails):
            deliveries.deliver(delivery_id=third.id)
        clock.advance(hours=1)
        deliveries.deliver(delivery_id=third.id)

        [_] = sender.mails

    def test_mails_to_others_do_not_count(self, users, sender, clock):
        deliveries = DeliveryService(users=users, sender=sender, limits=Limits(mails_per_hour=1), now=clock)
        DeliveryFactory(was_sent=True, notification__user_id=BOB)

        deliveries.deliver(delivery_id=DeliveryFactory().id)

        [_] = sender.mails


class TestSweep:
    def test_sends_a_new_task_for_an_overdue_delivery(self, deliveries):
        lost = DeliveryFactory(is_overdue=True)

        assert deliveries.sweep() == 1
        assert commands() == [("notification_service.deliver", {"delivery_id": str(lost.id)})]

    def test_ignores_deliveries_that_are_not_due_or_have_ended(self, deliveries):
        DeliveryFactory()
        DeliveryFactory(is_overdue=True, was_sent=True)
        DeliveryFactory(is_overdue=True, has_failed=True)

        assert deliveries.sweep() == 0
        assert commands() == []

    def test_finds_the_same_delivery_again_only_after_the_longest_pause(self, deliveries, clock):
        DeliveryFactory(is_overdue=True)

        found = [deliveries.sweep(), deliveries.sweep()]
        clock.advance(seconds=LONGEST_PAUSE.total_seconds())

        assert [*found, deliveries.sweep()] == [1, 0, 1]

    def test_finds_a_delivery_whose_worker_was_killed(self, deliveries, sender, clock):
        sender.error = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            deliveries.deliver(delivery_id=DeliveryFactory().id)

        clock.advance(seconds=CLAIM.total_seconds())

        assert deliveries.sweep() == 1

    def test_finds_a_delivery_whose_retry_was_lost_but_not_while_it_may_be_waiting(self, deliveries, sender, clock):
        sender.error = MailServerUnavailable("down")
        with pytest.raises(MailServerUnavailable):
            deliveries.deliver(delivery_id=DeliveryFactory().id)

        clock.advance(seconds=LONGEST_PAUSE.total_seconds())
        found_while_waiting = deliveries.sweep()
        clock.advance(seconds=TASK_GRACE.total_seconds())

        assert (found_while_waiting, deliveries.sweep()) == (0, 1)

    def test_takes_no_more_than_its_limit(self, deliveries):
        DeliveryFactory.create_batch(3, is_overdue=True)

        assert [deliveries.sweep(limit=2), deliveries.sweep(limit=2)] == [2, 1]
