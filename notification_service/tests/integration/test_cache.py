"""Names and addresses are cached in Redis, dropped after a change, and looked up each time when Redis is down."""

import time
from dataclasses import replace

import pytest

from notification_service.tests.factories import event
from notification_service.tests.integration.effects import is_handled, sent_to
from servicekit.testing import eventually
from tests.support.service_processes import Caller, unreachable


@pytest.fixture
def send_mail(exchange):
    """`send_mail(alice)`: publish an event, and wait until its mail to Alice was sent."""

    def send(person):
        before = sent_to(person)
        exchange.publish(event("order.placed", user_id=person.id))
        eventually(lambda: sent_to(person) == before + 1, within=15)

    return send


@pytest.fixture
def report_change(processes, user_service):
    """`report_change(alice)`: user_service reports that Alice changed."""
    caller = Caller(processes, user_service.mint.service("user_service", scopes=["users:notify"]))
    return lambda person: caller.post("/api/user-updated/", {"user_id": person.id, "changes": ["email"]})


@pytest.fixture
def moved(send_mail, alice, user_service):
    """Alice, who got a mail and then changed her address."""
    send_mail(alice)
    alice = replace(alice, email=f"new-{alice.email}")
    user_service.knows(alice.id, **alice.account)
    return alice


class TestCached:
    def test_two_mails_need_one_lookup(self, send_mail, alice, user_service):
        send_mail(alice)
        send_mail(alice)

        assert user_service.times_asked(alice.id) == 1

    def test_each_user_has_a_cache_entry(self, send_mail, alice, bob, mailbox):
        send_mail(alice)
        send_mail(bob)

        [to_alice], [to_bob] = mailbox.letters_to(alice.email), mailbox.letters_to(bob.email)
        assert to_alice.text.startswith("Hello Alice,")
        assert to_bob.text.startswith("Hello Bob,")


class TestDropped:
    def test_after_a_call_of_user_service(self, report_change, moved, send_mail, mailbox):
        assert report_change(moved).status_code == 200

        send_mail(moved)

        [_] = mailbox.letters_to(moved.email)

    def test_after_a_user_updated_event(self, exchange, moved, send_mail, mailbox):
        updated = event("user.updated", user_id=moved.id)
        exchange.publish(updated)
        eventually(lambda: is_handled(updated), within=15)

        send_mail(moved)

        [_] = mailbox.letters_to(moved.email)


class TestRedisDown:
    @pytest.fixture(autouse=True)
    def _is_used_again_after_the_outage(self, send_mail, new_person, user_service):
        yield
        carol = new_person("Carol")

        def needs_no_lookup():
            before = user_service.times_asked(carol.id)
            send_mail(carol)
            return user_service.times_asked(carol.id) == before

        eventually(needs_no_lookup, within=15)

    def test_each_mail_is_sent_after_a_lookup(self, processes, send_mail, alice, user_service):
        send_mail(alice)

        with unreachable(processes.cache):
            send_mail(alice)
            send_mail(alice)

        assert user_service.times_asked(alice.id) == 3

    def test_six_requests_take_less_than_five_seconds(self, processes, report_change, alice, user_service):
        reader = Caller(processes, user_service.mint.customer(alice.id))
        with unreachable(processes.cache):
            started = time.monotonic()
            answers = [reader.get(f"/api/users/{alice.id}/notifications/") for _ in range(5)]
            answers.append(report_change(alice))
            took = time.monotonic() - started

        assert [answer.status_code for answer in answers] == [200] * 6
        assert took < 5
