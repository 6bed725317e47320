"""What nobody can handle ends in the dead letters; `dead-letters list` shows it, `dead-letters replay` hands it in."""

import json
from contextlib import contextmanager

import pytest
from django.db import connection

from notification_service.models import Notification
from notification_service.tests.factories import event
from notification_service.tests.integration.effects import commands_about, is_handled, sent_to
from servicekit.testing import eventually
from tests.support.exchange import command, wire


def without(message, header):
    return message._replace(headers={name: value for name, value in message.headers.items() if name != header})


A_VOICE = wire(event("order.placed"))
UNREADABLE = {
    "bytes that are no text": A_VOICE._replace(body=b"\xff\xfe\x00"),
    "text that is no JSON": A_VOICE._replace(body="hello"),
    "JSON that is no task": A_VOICE._replace(body='{"hello": "world"}'),
    "pickle": A_VOICE._replace(properties=A_VOICE.properties | {"content_type": "application/x-python-serialize"}),
    "a message without a task": without(A_VOICE, "task"),
    "a task that nobody knows": A_VOICE._replace(headers=A_VOICE.headers | {"task": "order.eaten"}),
    "no envelope": wire(["hello"], task="order.placed"),
    "an envelope without an id": wire(event("order.placed").to_dict() | {"id": None}, task="order.placed"),
    "an envelope of another event": wire(event("order.confirmed"), task="order.placed"),
    "an event without its user": wire(event("order.placed", user_id=None)),
    "an event with a number that no column holds": wire(event("order.placed", order_id=2**70)),
    "work that names no delivery": command("notification_service.deliver", delivery_id="seven"),
    "work without its argument": command("notification_service.deliver"),
}


def listed(answer):
    code, said = answer
    assert code == 0, said
    return [json.loads(line) for line in said.splitlines()]


@contextmanager
def a_fault_about(person):
    """While the block lasts, nothing can be written for this person: a fault that people have to mend."""
    name = f"fault_{person.id}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a fault'; END $$;"
            f"CREATE TRIGGER {name} BEFORE INSERT ON notification_service_notification FOR EACH ROW "
            f"WHEN (NEW.user_id = {person.id}) EXECUTE FUNCTION {name}()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP FUNCTION {name} CASCADE")


class TestUnreadable:
    @pytest.mark.parametrize("message", UNREADABLE.values(), ids=UNREADABLE)
    def test_becomes_a_dead_letter_and_stands_in_nobodys_way(self, exchange, broker, alice, message):
        good = event("order.placed", user_id=alice.id)

        exchange.send(message)
        exchange.publish(good)

        eventually(lambda: is_handled(good), within=15)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        assert [broker.messages_in(queue) for queue in (exchange.events, exchange.work)] == [0, 0]
        assert not Notification.objects.filter(user_id=7).exists()

    def test_is_shown_with_its_reason(self, processes, exchange, broker):
        message = wire(event("order.placed", user_id=None))
        exchange.send(message)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)

        [shown] = listed(processes.dead_letters("list", "--json"))

        assert shown.pop("time").endswith("Z")
        assert shown == {
            "id": message.headers["id"],
            "task": "order.placed",
            "reason": "rejected",
            "queue": exchange.events,
            "routing_key": "order.placed",
            "bytes": len(message.body),
        }

    def test_replayed_too_early_it_comes_back(self, processes, exchange, broker):
        exchange.send(UNREADABLE["an event without its user"])
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        tried_again = processes.worker.will_say("raised unexpected: UnreadableMessage")

        processes.dead_letters("replay")

        eventually(tried_again, within=15)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)


class TestPoison:
    def test_replayed_after_the_fault_is_mended_it_is_told_once(self, processes, exchange, broker, alice, mailbox):
        poison = event("order.placed", user_id=alice.id)
        with a_fault_about(alice):
            exchange.publish(poison)
            eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        assert not is_handled(poison)

        code, said = processes.dead_letters("replay", poison.id)

        assert (code, said) == (0, f"replayed order.placed {poison.id} to {exchange.events}\n")
        eventually(lambda: sent_to(alice) == 1, within=15)
        [_] = commands_about(alice)
        [_] = mailbox.letters_to(alice.email)
        assert broker.messages_in(exchange.dead_letters) == 0

    def test_replayed_by_its_id_it_goes_alone(self, processes, exchange, broker, alice):
        exchange.send(UNREADABLE["no envelope"])
        poison = event("order.placed", user_id=alice.id)
        with a_fault_about(alice):
            exchange.publish(poison)
            eventually(lambda: broker.messages_in(exchange.dead_letters) == 2, within=15)

        processes.dead_letters("replay", poison.id)

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert broker.messages_in(exchange.dead_letters) == 1
