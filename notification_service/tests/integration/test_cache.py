"""Names and addresses are held in Redis for a while, forgotten on change, and asked for anew when Redis is gone."""

import time
from dataclasses import replace

import pytest

from notification_service.tests.factories import event
from notification_service.tests.integration.effects import is_handled, sent_to
from servicekit.testing import eventually
from tests.support.service_processes import Caller, gone


@pytest.fixture
def writes_to(exchange):
    """`writes_to(alice)`: one more mail is sent to her."""

    def write(person):
        before = sent_to(person)
        exchange.publish(event("order.placed", user_id=person.id))
        eventually(lambda: sent_to(person) == before + 1, within=15)

    return write


@pytest.fixture
def says_so(processes, user_service):
    """`says_so(alice)`: user_service says that she changed."""
    caller = Caller(processes, user_service.mint.service("user_service", scopes=["users:notify"]))
    return lambda person: caller.post("/api/user-updated/", {"user_id": person.id, "changes": ["email"]})


@pytest.fixture
def moved(writes_to, alice, user_service):
    """Alice had a mail, and has a new address since."""
    writes_to(alice)
    there = replace(alice, email=f"new-{alice.email}")
    user_service.knows(there.id, **there.account)
    return there


class TestHeld:
    def test_user_service_is_asked_once(self, writes_to, alice, user_service):
        writes_to(alice)
        writes_to(alice)

        assert user_service.times_asked(alice.id) == 1

    def test_people_are_not_mistaken_for_each_other(self, writes_to, alice, bob, mailbox):
        writes_to(alice)
        writes_to(bob)

        [to_alice], [to_bob] = mailbox.letters_to(alice.email), mailbox.letters_to(bob.email)
        assert to_alice.text.startswith("Hello Alice,")
        assert to_bob.text.startswith("Hello Bob,")


class TestForgotten:
    def test_when_user_service_calls(self, says_so, moved, writes_to, mailbox):
        assert says_so(moved).status_code == 200

        writes_to(moved)

        [_] = mailbox.letters_to(moved.email)

    def test_when_an_event_says_so(self, exchange, moved, writes_to, mailbox):
        updated = event("user.updated", user_id=moved.id)
        exchange.publish(updated)
        eventually(lambda: is_handled(updated), within=15)

        writes_to(moved)

        [_] = mailbox.letters_to(moved.email)


class TestRedisGone:
    @pytest.fixture(autouse=True)
    def _is_used_again_when_it_is_back(self, writes_to, somebody, user_service):
        yield
        carol = somebody("Carol")

        def asks_nobody():
            before = user_service.times_asked(carol.id)
            writes_to(carol)
            return user_service.times_asked(carol.id) == before

        eventually(asks_nobody, within=15)

    def test_mails_are_sent_and_user_service_is_asked_each_time(self, processes, writes_to, alice, user_service):
        writes_to(alice)

        with gone(processes.cache):
            writes_to(alice)
            writes_to(alice)

        assert user_service.times_asked(alice.id) == 3

    def test_callers_wait_a_little_longer(self, processes, says_so, alice, user_service):
        reader = Caller(processes, user_service.mint.customer(alice.id))
        with gone(processes.cache):
            began = time.monotonic()
            answers = [reader.get(f"/api/users/{alice.id}/notifications/") for _ in range(5)]
            answers.append(says_so(alice))
            took = time.monotonic() - began

        assert [answer.status_code for answer in answers] == [200] * 6
        assert took < 5
