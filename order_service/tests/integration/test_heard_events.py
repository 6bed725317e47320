"""Events from user_service: repeated, out of order, or malformed."""

from contextlib import contextmanager

import pytest
from django.db import connection

from order_service.models import InboxMessage, Revocation
from order_service.tests.integration.effects import is_handled
from order_service.tests.integration.people import placed, token_revoked, user_deleted
from servicekit.messages.events import Envelope
from servicekit.testing import eventually
from tests.support.exchange import wire

UNKNOWN_USER = 2**40


def event_of_an_unknown_user(kind, **data):
    return wire(Envelope(source="/user_service", type=kind, subject="?", data=data))


VALID = event_of_an_unknown_user("user.deleted", user_id=UNKNOWN_USER)
MALFORMED = {
    "bytes that are not UTF-8": VALID._replace(body=b"\xff\xfe\x00"),
    "text that is not JSON": VALID._replace(body="hello"),
    "an event without a consumer": VALID._replace(headers=VALID.headers | {"task": "user.renamed"}),
    "not an envelope": wire(["hello"], task="user.deleted"),
    "an envelope of another event": wire(user_deleted(UNKNOWN_USER), task="token.revoked"),
    "a user without an id": event_of_an_unknown_user("user.deleted", user_id=None),
    "a token without an expiry time": event_of_an_unknown_user("token.revoked", token_id="gone"),
    "an expiry time without a time zone": event_of_an_unknown_user(
        "token.revoked", token_id="gone", expires_at="2100-01-01T00:00"
    ),
    "a token id longer than its column": event_of_an_unknown_user(
        "token.revoked", token_id="x" * 300, expires_at="2100-01-01T00:00:00Z"
    ),
}


def is_accepted(buyer):
    return buyer.sees_orders().status_code == 200


@contextmanager
def broken_revocation_of(buyer):
    """While the block lasts, the revocation of this buyer's token cannot be stored."""
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
    def test_a_revoked_token_is_401(self, exchange, alice, bob, lamp):
        order_id = placed(alice.orders((lamp, 1)))

        exchange.publish(token_revoked(alice))

        eventually(lambda: not is_accepted(alice), within=15)
        answers = [alice.orders((lamp, 1)), alice.pays(order_id), alice.cancels(order_id)]
        assert [answer.status_code for answer in answers] == [401] * 3
        assert is_accepted(bob)

    def test_the_token_of_a_deleted_user_is_401(self, exchange, alice, bob):
        exchange.publish(user_deleted(alice.id))

        eventually(lambda: not is_accepted(alice), within=15)
        assert is_accepted(bob)


class TestRepeated:
    @pytest.mark.parametrize("event", [token_revoked, lambda buyer: user_deleted(buyer.id)], ids=["token", "user"])
    def test_copies_of_an_event_change_nothing(self, processes, exchange, alice, broker, event):
        heard = event(alice)

        exchange.publish(*[heard] * 5)

        eventually(lambda: processes.worker.times_said(f"{heard.id} was handled before") == 4, within=15)
        assert InboxMessage.objects.filter(message_id=heard.id).count() == 1
        assert not is_accepted(alice)
        assert broker.messages_in(exchange.dead_letters) == 0

    def test_a_copy_that_arrives_after_the_inbox_was_purged_changes_nothing(self, exchange, alice):
        heard = token_revoked(alice)
        exchange.publish(heard)
        eventually(lambda: is_handled(heard), within=15)
        InboxMessage.objects.filter(message_id=heard.id).delete()

        exchange.publish(heard)

        eventually(lambda: is_handled(heard), within=15)
        assert Revocation.objects.filter(key=f"jti:{alice.token_id}").count() == 1


class TestOutOfOrder:
    def test_a_sign_out_after_the_deletion_of_the_account_is_handled(self, exchange, alice, broker):
        deleted, signed_out = user_deleted(alice.id), token_revoked(alice)
        exchange.publish(deleted)
        eventually(lambda: is_handled(deleted), within=15)

        exchange.publish(signed_out)

        eventually(lambda: is_handled(signed_out), within=15)
        assert not is_accepted(alice)
        assert broker.messages_in(exchange.dead_letters) == 0

    def test_the_revocation_of_an_expired_token_is_handled(self, exchange, alice):
        """Other tokens of the user stay valid."""
        late = token_revoked(alice, token_id="long-gone", expires_at="2020-01-01T00:00:00Z")

        exchange.publish(late)

        eventually(lambda: is_handled(late), within=15)
        assert is_accepted(alice)


class TestMalformed:
    @pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
    def test_a_malformed_message_becomes_a_dead_letter_and_the_next_is_handled(self, exchange, broker, alice, message):
        good = token_revoked(alice)

        exchange.send(message)
        exchange.publish(good)

        eventually(lambda: is_handled(good), within=15)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        assert broker.messages_in(exchange.events) == 0
        assert not Revocation.objects.filter(key__in=["jti:gone", f"user:{UNKNOWN_USER}"]).exists()


class TestDeadLetters:
    def test_a_dead_letter_replayed_after_the_repair_is_handled_once(self, processes, exchange, broker, alice):
        exchange.send(MALFORMED["not an envelope"])
        poison = token_revoked(alice)
        with broken_revocation_of(alice):
            exchange.publish(poison)
            eventually(lambda: broker.messages_in(exchange.dead_letters) == 2, within=15)
        assert is_accepted(alice)

        code, printed = processes.dead_letters("replay", poison.id)

        assert (code, printed) == (0, f"replayed token.revoked {poison.id} to {exchange.events}\n")
        eventually(lambda: not is_accepted(alice), within=15)
        assert broker.messages_in(exchange.dead_letters) == 1
