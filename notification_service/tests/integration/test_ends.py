"""Processes that end in the middle of something, by a crash or by order: nothing is lost, nothing is doubled."""

from django.db import transaction

from notification_service.models import Notification, OutboxMessage, Recipient
from notification_service.tests.factories import event
from notification_service.tests.integration.effects import (
    commands_about,
    consumers_of,
    deliveries_to,
    is_handled,
    sent_to,
)
from servicekit.testing import eventually
from tests.support.locks import nobody_may_change, waiting_for_a_lock


class TestWorkerKilled:
    def test_while_it_sends_a_mail(self, processes, exchange, mail_server, alice, mailbox):
        """The mail server had not taken it, so whoever comes next sends it, without waiting for a sweep."""
        held = mail_server.holds(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()

        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        [_] = mailbox.letters_to(alice.email)
        assert deliveries_to(alice).get().attempts == 2

    def test_after_the_mail_was_taken_and_before_it_knew(self, processes, exchange, mail_server, alice):
        """Nobody can know whether it went out. The copy has the same Message-ID, by which mail systems drop it."""
        silence = mail_server.keeps_silent_to(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        silence.wait_until_reached()

        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert set(mail_server.message_ids(alice)) == {f"<{deliveries_to(alice).get().id}@shop.example>"}

    def test_while_it_writes_what_an_event_says(self, processes, exchange, alice, mailbox):
        placed = event("order.placed", user_id=alice.id)
        with transaction.atomic():
            Recipient.objects.locked(alice.id)
            exchange.publish(placed)
            eventually(lambda: waiting_for_a_lock() == 1, within=15)
            processes.worker.kill()

        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert is_handled(placed)
        [_] = mailbox.letters_to(alice.email)


class TestWorkerStopped:
    def test_finishes_what_it_has_in_hand_and_takes_nothing_more(self, processes, exchange, mail_server, alice, broker):
        held = mail_server.holds(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()

        processes.worker.process.terminate()
        eventually(lambda: consumers_of(exchange.events) == 0, within=15)
        exchange.publish(event("order.confirmed", user_id=alice.id))
        held.release()

        assert processes.latest("worker").stop() == 0
        assert (sent_to(alice), len(mail_server.message_ids(alice))) == (1, 1)
        [_] = Notification.objects.filter(user_id=alice.id)
        assert [broker.messages_in(queue) for queue in (exchange.work, exchange.events)] == [0, 1]


class TestRelayEnded:
    def test_killed_between_publishing_and_marking(self, processes, exchange, alice, mailbox):
        """The command goes out twice, the mail once."""
        assert processes.relay.stop(within=5) == 0  # by order, it ends at once
        exchange.publish(event("order.placed", user_id=alice.id))
        [command] = eventually(lambda: commands_about(alice), within=15)
        with nobody_may_change(OutboxMessage):
            relay = processes.begin("relay")
            eventually(lambda: waiting_for_a_lock() == 1, within=30)
            relay.kill()
        command.refresh_from_db()
        assert command.published_at is None

        processes.started("relay")

        eventually(lambda: processes.worker.times_said(f"[{command.message_id}] succeeded") == 2, within=15)
        assert sent_to(alice) == 1
        [_] = mailbox.letters_to(alice.email)
