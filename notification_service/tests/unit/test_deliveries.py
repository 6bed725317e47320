"""Getting a mail out: once, or again and again, or not at all."""

from uuid import uuid4

import pytest
from django.db import OperationalError

from notification_service.exceptions import InOtherHands, MailRefused, MailServerBusy
from notification_service.mail import Letter
from notification_service.models import Delivery
from notification_service.services import DeliveryService
from notification_service.services.deliveries import BETWEEN_SWEEPS, CLAIM, MOST_ATTEMPTS, pause
from notification_service.tests.factories import ContactFactory, DeliveryFactory
from notification_service.tests.fakes import FakePost, FakeUserDirectory
from notification_service.tests.people import MONDAY_NOON
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.testing import FakeClock
from servicekit.testing.messages import commands

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return FakeClock(MONDAY_NOON)


@pytest.fixture
def post():
    return FakePost()


@pytest.fixture
def users():
    return FakeUserDirectory(ContactFactory())


@pytest.fixture
def deliveries(users, post, clock):
    return DeliveryService(users=users, post=post, now=clock)


class TestDeliver:
    def test_sends_the_letter(self, deliveries, post):
        delivery = DeliveryFactory(subject="Hi", body="Your order 17 is confirmed: 42.00.")

        deliveries.deliver(delivery_id=delivery.id)

        assert post.letters == [
            Letter(
                id=delivery.id,
                to="alice@example.org",
                subject="Hi",
                body="Hello Alice,\n\nYour order 17 is confirmed: 42.00.\n\nYour shop\n",
            )
        ]

    def test_ends_as_sent(self, deliveries):
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, delivery.ended_at) == ("sent", 1, MONDAY_NOON)

    def test_remembers_that_it_was_sent_though_the_database_is_away_for_a_moment(self, deliveries, monkeypatch):
        delivery = DeliveryFactory()
        remember, outages = Delivery.sent, [OperationalError("connection refused")]

        def remember_when_back(*args, **kwargs):
            if outages:
                raise outages.pop()
            remember(*args, **kwargs)

        monkeypatch.setattr(Delivery, "sent", remember_when_back)
        monkeypatch.setattr("servicekit.storage.outages.time.sleep", lambda _: None)
        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert delivery.state == "sent"

    def test_sends_once_when_the_task_runs_twice(self, deliveries, post):
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)
        deliveries.deliver(delivery_id=delivery.id)

        [_] = post.letters

    def test_leaves_a_delivery_that_is_in_other_hands(self, deliveries, post):
        """It is looked after again later: those hands may be dead."""
        with pytest.raises(InOtherHands):
            deliveries.deliver(delivery_id=DeliveryFactory(is_claimed=True).id)

        assert post.letters == []

    def test_takes_over_from_a_worker_that_died(self, deliveries, post, clock):
        delivery = DeliveryFactory(is_claimed=True)
        clock.advance(minutes=1)

        deliveries.deliver(delivery_id=delivery.id)

        [_] = post.letters

    def test_a_delivery_that_went_with_its_user_is_no_trouble(self, deliveries, users):
        deliveries.deliver(delivery_id=uuid4())

        assert users.asked == []


class TestFinalFailure:
    def test_nobody_to_write_to(self, deliveries, users, post):
        users.contacts.clear()
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user_service does not know user 7")
        assert post.letters == []

    def test_an_inactive_user_gets_no_mail(self, deliveries, users, post):
        users.contacts[7] = ContactFactory(is_active=False)
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "user 7 is not active")
        assert post.letters == []

    def test_the_mail_server_refuses(self, deliveries, post):
        post.trouble = MailRefused("the mail server refused with 550")
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "the mail server refused with 550")
        assert (delivery.attempts, delivery.ended_at) == (1, MONDAY_NOON)

    def test_the_log_tells_the_kind_of_failure_but_no_address(self, deliveries, post, caplog):
        post.trouble = MailRefused("alice@example.org is no address")
        delivery = DeliveryFactory()

        deliveries.deliver(delivery_id=delivery.id)

        assert f"delivery {delivery.id} failed: MailRefused" in caplog.messages

    def test_the_mail_server_is_busy_to_the_last(self, deliveries, post):
        post.trouble = MailServerBusy("the mail server answered 451: later")
        delivery = DeliveryFactory(attempts=MOST_ATTEMPTS - 1)

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert delivery.state == "failed"
        assert delivery.reason == "gave up after 12 attempts: the mail server answered 451: later"

    def test_a_delivery_that_kills_its_workers_ends(self, deliveries, post):
        """Nobody could count its failures but the claim itself."""
        delivery = DeliveryFactory(attempts=MOST_ATTEMPTS)

        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == ("failed", "none of 12 attempts came to an end")
        assert post.letters == []


class TestTroubleThatMayPass:
    @pytest.fixture(params=["mail server", "user_service"])
    def trouble(self, request, users, post):
        if request.param == "mail server":
            post.trouble = MailServerBusy("busy")
            return post
        users.trouble = NeighbourUnavailable("user_service", "down")
        return users

    def test_is_told_to_the_queue(self, deliveries, trouble):
        with pytest.raises(type(trouble.trouble)):
            deliveries.deliver(delivery_id=DeliveryFactory().id)

    def test_leaves_the_delivery_free_for_the_next_attempt(self, deliveries, trouble, post):
        delivery = DeliveryFactory()
        with pytest.raises(type(trouble.trouble)):
            deliveries.deliver(delivery_id=delivery.id)

        trouble.trouble = None
        deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("sent", 2)
        [_] = post.letters

    def test_a_fault_of_our_own_keeps_the_claim(self, deliveries, post):
        """So it comes again only after a while, and is counted."""
        post.trouble = ZeroDivisionError()
        delivery = DeliveryFactory()

        with pytest.raises(ZeroDivisionError):
            deliveries.deliver(delivery_id=delivery.id)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.claimed_until) == ("pending", MONDAY_NOON + CLAIM)


class TestPause:
    def test_grows_to_ten_minutes(self):
        assert [pause(attempts).total_seconds() for attempts in (1, 2, 3, 9, 10, 11)] == [2, 4, 8, 512, 600, 600]


class TestSweep:
    def test_puts_what_was_lost_on_the_queue_again(self, deliveries):
        lost = DeliveryFactory(is_overdue=True)

        assert deliveries.sweep() == 1
        assert commands() == [("notification_service.deliver", {"delivery_id": str(lost.id)})]

    def test_leaves_what_is_under_way_or_ended(self, deliveries):
        DeliveryFactory()
        DeliveryFactory(is_overdue=True, was_sent=True)
        DeliveryFactory(is_overdue=True, has_failed=True)

        assert deliveries.sweep() == 0
        assert commands() == []

    def test_finds_the_same_one_again_only_after_a_while(self, deliveries, clock):
        DeliveryFactory(is_overdue=True)

        found = [deliveries.sweep(), deliveries.sweep()]
        clock.advance(seconds=BETWEEN_SWEEPS.total_seconds())

        assert [*found, deliveries.sweep()] == [1, 0, 1]

    def test_finds_a_delivery_whose_worker_died(self, deliveries, post, clock):
        post.trouble = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            deliveries.deliver(delivery_id=DeliveryFactory().id)

        clock.advance(seconds=CLAIM.total_seconds())

        assert deliveries.sweep() == 1

    def test_finds_a_delivery_whose_retry_was_lost_but_not_before(self, deliveries, post, clock):
        post.trouble = MailServerBusy("busy")
        with pytest.raises(MailServerBusy):
            deliveries.deliver(delivery_id=DeliveryFactory().id)

        clock.advance(seconds=2)
        while_it_is_waited_for = deliveries.sweep()
        clock.advance(minutes=1)

        assert (while_it_is_waited_for, deliveries.sweep()) == (0, 1)

    def test_keeps_all_of_them(self, deliveries):
        DeliveryFactory.create_batch(3, is_overdue=True)

        deliveries.sweep()

        assert Delivery.objects.pending().count() == 3
