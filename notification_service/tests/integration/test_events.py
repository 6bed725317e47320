"""From the exchange to the user: an event becomes one notification and one mail, in any order of events."""

import pytest

from notification_service.models import InboxMessage, Notification, Recipient
from notification_service.tests.factories import event
from notification_service.tests.integration.effects import commands_about, is_handled, messages_to, sent_to
from servicekit.testing import eventually
from tests.support.exchange import wire
from tests.support.service_processes import Caller

EXPECTED = {
    "user.registered": ("Welcome to the shop", "Welcome to the shop, Alice."),
    "order.placed": ("Your order 17", "Your order 17 was placed: 42.00."),
    "order.confirmed": ("Your order 17 is confirmed", "Your order 17 is confirmed: 42.00."),
    "order.shipped": ("Your order 17 was shipped", "Your order 17 was shipped."),
    "order.cancelled": ("Your order 17 is cancelled", "Your order 17 was cancelled because it was not paid in time."),
}


class TestFromEventToMail:
    @pytest.mark.parametrize("event_type", EXPECTED)
    def test_becomes_a_notification_and_a_mail(self, exchange, alice, mailbox, event_type):
        subject, message = EXPECTED[event_type]

        exchange.publish(event(event_type, user_id=alice.id))

        [letter] = eventually(lambda: mailbox.letters_to(alice.email), within=15)
        assert (letter.to, letter.subject) == ([alice.email], subject)
        assert letter.text.splitlines()[:3] == ["Hello Alice,", "", message]
        [notification] = Notification.objects.filter(user_id=alice.id)
        assert (notification.type, notification.message) == (event_type, message)
        eventually(lambda: sent_to(alice) == 1)

    def test_is_readable_over_http(self, processes, exchange, alice, user_service):
        reader = Caller(processes, user_service.mint.customer(alice.id))

        exchange.publish(event("order.placed", user_id=alice.id))

        assert eventually(lambda: messages_to(alice, reader), within=15) == ["Your order 17 was placed: 42.00."]

    def test_forty_events_at_once_become_forty_mails(self, exchange, alice, mailbox):
        exchange.publish(*(event("order.placed", user_id=alice.id, order_id=order) for order in range(1, 41)))

        eventually(lambda: sent_to(alice) == 40, within=30)
        subjects = [letter.subject for letter in mailbox.letters_to(alice.email)]
        assert sorted(subjects) == sorted(f"Your order {order}" for order in range(1, 41))

    def test_the_lookup_has_the_request_id_of_the_event(self, exchange, alice, user_service):
        exchange.send(wire(event("order.placed", user_id=alice.id), request_id="request-of-alice"))

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert user_service.request_ids(alice.id) == ["request-of-alice"]

    def test_a_revoked_token_is_401(self, processes, exchange, alice, user_service):
        token_id = f"of-{alice.id}"
        reader = Caller(processes, user_service.mint.customer(alice.id, token_id=token_id))
        path = f"/api/users/{alice.id}/notifications/"
        assert reader.get(path).status_code == 200

        exchange.publish(event("token.revoked", user_id=alice.id, token_id=token_id, expires_at="2100-01-01T00:00:00Z"))

        eventually(lambda: reader.get(path).status_code == 401, within=15)


class TestRepeatedEvent:
    def test_five_copies_become_one_mail(self, processes, exchange, alice, mailbox):
        placed = event("order.placed", user_id=alice.id)

        exchange.publish(*[placed] * 5)

        eventually(lambda: processes.worker.times_said(f"{placed.id} was handled before") == 4, within=15)
        eventually(lambda: sent_to(alice) == 1, within=15)
        [_] = commands_about(alice)
        [_] = mailbox.letters_to(alice.email)

    def test_a_copy_after_the_inbox_row_was_deleted_becomes_no_second_mail(self, exchange, alice, mailbox):
        placed = event("order.placed", user_id=alice.id)
        exchange.publish(placed)
        eventually(lambda: sent_to(alice) == 1, within=15)
        InboxMessage.objects.filter(message_id=placed.id).delete()

        exchange.publish(placed)

        eventually(lambda: is_handled(placed), within=15)
        [_] = commands_about(alice)
        [_] = mailbox.letters_to(alice.email)


class TestOutOfOrder:
    def test_confirmed_before_placed_becomes_two_mails(self, exchange, alice, mailbox):
        exchange.publish(event("order.confirmed", user_id=alice.id))
        eventually(lambda: sent_to(alice) == 1, within=15)
        exchange.publish(event("order.placed", user_id=alice.id))

        eventually(lambda: sent_to(alice) == 2, within=15)
        subjects = [letter.subject for letter in mailbox.letters_to(alice.email)]
        assert subjects == ["Your order 17 is confirmed", "Your order 17"]

    @pytest.mark.parametrize("late", EXPECTED)
    def test_an_event_after_the_deletion_of_its_user_becomes_no_mail(self, exchange, alice, late, mailbox):
        deleted, late_one = event("user.deleted", user_id=alice.id), event(late, user_id=alice.id)
        exchange.publish(deleted)
        eventually(lambda: is_handled(deleted), within=15)

        exchange.publish(late_one)

        eventually(lambda: is_handled(late_one), within=15)
        assert not Notification.objects.filter(user_id=alice.id).exists()
        assert mailbox.letters_to(alice.email) == []

    def test_two_deletions_of_a_user_do_no_harm(self, exchange, alice):
        first, second = event("user.deleted", user_id=alice.id), event("user.deleted", user_id=alice.id)

        exchange.publish(first, second)

        eventually(lambda: is_handled(first) and is_handled(second), within=15)
        assert Recipient.objects.get(user_id=alice.id).deleted_at

    def test_a_deletion_while_the_mail_is_sent_leaves_no_rows_and_no_dead_letter(
        self, processes, exchange, alice, mail_server, broker
    ):
        deleted = event("user.deleted", user_id=alice.id)
        held = mail_server.holds(alice)
        exchange.publish(event("order.placed", user_id=alice.id))
        held.wait_until_reached()
        [task] = commands_about(alice)

        exchange.publish(deleted)
        eventually(lambda: is_handled(deleted), within=15)
        held.release()

        eventually(lambda: processes.worker.said(f"[{task.message_id}] succeeded"), within=15)
        assert not Notification.objects.filter(user_id=alice.id).exists()
        assert broker.messages_in(exchange.dead_letters) == 0
