"""What user_service announces: once or twice, early or late, well-formed or not."""

from contextlib import contextmanager

import pytest
from django.db import connection

from order_service.models import InboxMessage, Revocation
from order_service.tests.integration.effects import is_handled
from order_service.tests.integration.people import placed, token_revoked, user_deleted
from servicekit.messages.events import Envelope
from servicekit.testing import eventually
from tests.support.exchange import wire

NOBODY = 2**40


def about_nobody(kind, **data):
    return wire(Envelope(source="/user_service", type=kind, subject="?", data=data))


A_VOICE = about_nobody("user.deleted", user_id=NOBODY)
UNREADABLE = {
    "bytes that are no text": A_VOICE._replace(body=b"\xff\xfe\x00"),
    "text that is no JSON": A_VOICE._replace(body="hello"),
    "an event that nobody here hears": A_VOICE._replace(headers=A_VOICE.headers | {"task": "user.eaten"}),
    "no envelope": wire(["hello"], task="user.deleted"),
    "an envelope of another event": wire(user_deleted(NOBODY), task="token.revoked"),
    "a user without an id": about_nobody("user.deleted", user_id=None),
    "a token without an end": about_nobody("token.revoked", token_id="gone"),
    "a token that ends at no time of ours": about_nobody(
        "token.revoked", token_id="gone", expires_at="2100-01-01T00:00"
    ),
    "a token whose id no column holds": about_nobody(
        "token.revoked", token_id="x" * 300, expires_at="2100-01-01T00:00:00Z"
    ),
}


def may_enter(buyer):
    return buyer.sees_orders().status_code == 200


@contextmanager
def a_fault_about(buyer):
    """While the block lasts, this buyer's token cannot be written down: a fault that people have to mend."""
    name = f"fault_{buyer.id}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a fault'; END $$;"
            f"CREATE TRIGGER {name} BEFORE INSERT ON {Revocation._meta.db_table} FOR EACH ROW "
            f"WHEN (NEW.key = 'jti:{buyer.token_id}') EXECUTE FUNCTION {name}()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP FUNCTION {name} CASCADE")


class TestRevoked:
    def test_the_token_opens_nothing_any_more(self, exchange, alice, bob, lamp):
        order_id = placed(alice.orders((lamp, 1)))

        exchange.publish(token_revoked(alice))

        eventually(lambda: not may_enter(alice), within=15)
        answers = [alice.orders((lamp, 1)), alice.pays(order_id), alice.cancels(order_id)]
        assert [answer.status_code for answer in answers] == [401] * 3
        assert may_enter(bob)

    def test_nor_do_the_tokens_of_a_deleted_user(self, exchange, alice, bob):
        exchange.publish(user_deleted(alice.id))

        eventually(lambda: not may_enter(alice), within=15)
        assert may_enter(bob)


class TestTwice:
    @pytest.mark.parametrize("event", [token_revoked, lambda buyer: user_deleted(buyer.id)], ids=["token", "user"])
    def test_the_copies_change_nothing(self, processes, exchange, alice, broker, event):
        heard = event(alice)

        exchange.publish(*[heard] * 5)

        eventually(lambda: processes.worker.times_said(f"{heard.id} was here before") == 4, within=15)
        assert InboxMessage.objects.filter(message_id=heard.id).count() == 1
        assert not may_enter(alice)
        assert broker.messages_in(exchange.dead_letters) == 0

    def test_nor_does_one_that_comes_after_the_inbox_forgot(self, exchange, alice):
        heard = token_revoked(alice)
        exchange.publish(heard)
        eventually(lambda: is_handled(heard), within=15)
        InboxMessage.objects.filter(message_id=heard.id).delete()

        exchange.publish(heard)

        eventually(lambda: is_handled(heard), within=15)
        assert Revocation.objects.filter(key=f"jti:{alice.token_id}").count() == 1


class TestOutOfOrder:
    def test_signed_out_after_the_account_was_deleted(self, exchange, alice, broker):
        deleted, signed_out = user_deleted(alice.id), token_revoked(alice)
        exchange.publish(deleted)
        eventually(lambda: is_handled(deleted), within=15)

        exchange.publish(signed_out)

        eventually(lambda: is_handled(signed_out), within=15)
        assert not may_enter(alice)
        assert broker.messages_in(exchange.dead_letters) == 0

    def test_heard_after_the_token_ended_by_itself(self, exchange, alice):
        """And about a token that is none of those in use: everybody else goes on."""
        late = token_revoked(alice, token_id="long-gone", expires_at="2020-01-01T00:00:00Z")

        exchange.publish(late)

        eventually(lambda: is_handled(late), within=15)
        assert may_enter(alice)


class TestUnreadable:
    @pytest.mark.parametrize("message", UNREADABLE.values(), ids=UNREADABLE)
    def test_becomes_a_dead_letter_and_stands_in_nobodys_way(self, exchange, broker, alice, message):
        good = token_revoked(alice)

        exchange.send(message)
        exchange.publish(good)

        eventually(lambda: is_handled(good), within=15)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        assert broker.messages_in(exchange.events) == 0
        assert not Revocation.objects.filter(key__in=["jti:gone", f"user:{NOBODY}"]).exists()


class TestDeadLetters:
    def test_replayed_after_the_fault_is_mended_it_is_done_once(self, processes, exchange, broker, alice):
        exchange.send(UNREADABLE["no envelope"])
        poison = token_revoked(alice)
        with a_fault_about(alice):
            exchange.publish(poison)
            eventually(lambda: broker.messages_in(exchange.dead_letters) == 2, within=15)
        assert may_enter(alice)

        code, said = processes.dead_letters("replay", poison.id)

        assert (code, said) == (0, f"replayed token.revoked {poison.id} to {exchange.events}\n")
        eventually(lambda: not may_enter(alice), within=15)
        assert broker.messages_in(exchange.dead_letters) == 1
