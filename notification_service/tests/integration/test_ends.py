"""Processes that are killed or stopped while they work: nothing is lost, and nothing is done twice."""

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
from tests.support.locks import waiting_for_a_lock, writes_blocked


class TestWorkerKilled:
    def test_before_the_server_accepted_its_mail_then_the_next_worker_sends_it_at_once(
        self, processes, exchange, mail_server, alice, mailbox
    ):
        """Without waiting for the claim to expire, or for a sweep."""
        held = mail_server.holds(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()

        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        [_] = mailbox.letters_to(alice.email)
        assert deliveries_to(alice).get().attempts == 2

    def test_after_the_server_accepted_its_mail_then_a_copy_has_the_same_message_id(
        self, processes, exchange, mail_server, alice
    ):
        """The next worker cannot know that the mail was accepted. Mail systems recognise the copy by its id."""
        held = mail_server.holds_answer_to(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()

        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert set(mail_server.message_ids(alice)) == {f"<{deliveries_to(alice).get().id}@shop.example>"}

    def test_in_the_transaction_of_an_event_then_the_event_is_handled_again(self, processes, exchange, alice, mailbox):
        placed = event("order.placed", user_id=alice.id)
        with transaction.atomic():
            Recipient.objects.create(user_id=alice.id)
            exchange.publish(placed)
            eventually(lambda: waiting_for_a_lock() == 1, within=15)
            processes.worker.kill()

        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert is_handled(placed)
        [_] = mailbox.letters_to(alice.email)


class TestWorkerStopped:
    def test_finishes_its_task_and_takes_no_other(self, processes, exchange, mail_server, alice, broker):
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


class TestRelayKilled:
    def test_after_publishing_a_command_before_marking_it_then_one_mail_is_sent(
        self, processes, exchange, alice, mailbox
    ):
        """The command is published twice."""
        assert processes.relay.stop(within=5) == 0
        exchange.publish(event("order.placed", user_id=alice.id))
        [command] = eventually(lambda: commands_about(alice), within=15)
        with writes_blocked(OutboxMessage):
            relay = processes.begin("relay")
            eventually(lambda: waiting_for_a_lock() == 1, within=30)
            relay.kill()
        command.refresh_from_db()
        assert command.published_at is None

        processes.started("relay")

        eventually(lambda: processes.worker.times_said(f"[{command.message_id}] succeeded") == 2, within=15)
        assert sent_to(alice) == 1
        [_] = mailbox.letters_to(alice.email)
