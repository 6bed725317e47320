"""A message that cannot be handled becomes a dead letter, which can be listed and replayed."""

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


PLACED = wire(event("order.placed"))
UNREADABLE = {
    "bytes that are not text": PLACED._replace(body=b"\xff\xfe\x00"),
    "text that is not JSON": PLACED._replace(body="hello"),
    "JSON that is not a task": PLACED._replace(body='{"hello": "world"}'),
    "pickle": PLACED._replace(properties=PLACED.properties | {"content_type": "application/x-python-serialize"}),
    "a message without a task": without(PLACED, "task"),
    "an unknown task": PLACED._replace(headers=PLACED.headers | {"task": "order.unknown"}),
    "an event without an envelope": wire(["hello"], task="order.placed"),
    "an envelope without an id": wire(event("order.placed").to_dict() | {"id": None}, task="order.placed"),
    "an envelope of another event": wire(event("order.confirmed"), task="order.placed"),
    "an event without its user": wire(event("order.placed", user_id=None)),
    "an event with an id of more than 64 bits": wire(event("order.placed", order_id=2**70)),
    "a command with an invalid delivery id": command("notification_service.deliver", delivery_id="seven"),
    "a command without a delivery id": command("notification_service.deliver"),
}


def parse_list(result):
    exit_code, output = result
    assert exit_code == 0, output
    return [json.loads(line) for line in output.splitlines()]


@contextmanager
def failing_inserts_for(person):
    """While the block lasts, inserting a notification for this person fails, as after a mistake in a release."""
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
    def test_becomes_a_dead_letter_and_the_next_message_is_handled(self, exchange, broker, alice, message):
        good = event("order.placed", user_id=alice.id)

        exchange.send(message)
        exchange.publish(good)

        eventually(lambda: is_handled(good), within=15)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        assert [broker.messages_in(queue) for queue in (exchange.events, exchange.work)] == [0, 0]
        assert not Notification.objects.filter(user_id=7).exists()

    def test_is_listed_with_its_reason(self, processes, exchange, broker):
        message = wire(event("order.placed", user_id=None))
        exchange.send(message)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)

        [listed] = parse_list(processes.dead_letters("list"))

        assert listed.pop("time").endswith("Z")
        assert listed == {
            "id": message.headers["id"],
            "task": "order.placed",
            "reason": "rejected",
            "queue": exchange.events,
            "bytes": len(message.body),
        }

    def test_becomes_a_dead_letter_again_when_replayed_without_a_repair(self, processes, exchange, broker):
        exchange.send(UNREADABLE["an event without its user"])
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        retried = processes.worker.will_say("raised unexpected: UnreadableMessage")

        processes.dead_letters("replay")

        eventually(retried, within=15)
        eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)


class TestRepaired:
    def test_a_replayed_event_sends_one_mail(self, processes, exchange, broker, alice, mailbox):
        failed = event("order.placed", user_id=alice.id)
        with failing_inserts_for(alice):
            exchange.publish(failed)
            eventually(lambda: broker.messages_in(exchange.dead_letters) == 1, within=15)
        assert not is_handled(failed)

        exit_code, output = processes.dead_letters("replay", failed.id)

        assert (exit_code, output) == (0, f"replayed order.placed {failed.id} to {exchange.events}\n")
        eventually(lambda: sent_to(alice) == 1, within=15)
        [_] = commands_about(alice)
        [_] = mailbox.letters_to(alice.email)
        assert broker.messages_in(exchange.dead_letters) == 0

    def test_a_replay_by_id_leaves_the_other_dead_letters(self, processes, exchange, broker, alice):
        exchange.send(UNREADABLE["an event without an envelope"])
        failed = event("order.placed", user_id=alice.id)
        with failing_inserts_for(alice):
            exchange.publish(failed)
            eventually(lambda: broker.messages_in(exchange.dead_letters) == 2, within=15)

        processes.dead_letters("replay", failed.id)

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert broker.messages_in(exchange.dead_letters) == 1
