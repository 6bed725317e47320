"""From the exchange to the reader: an event ends as a notification and a mail, once, whatever the order."""

import pytest

from notification_service.models import InboxMessage, Notification, Recipient
from notification_service.tests.factories import event
from notification_service.tests.integration.effects import commands_about, is_handled, sent_to, told
from servicekit.testing import eventually
from tests.support.exchange import wire
from tests.support.service_processes import Caller

TELLING = {
    "user.registered": ("Welcome to the shop", "Welcome to the shop, Alice."),
    "order.placed": ("Your order 17", "Your order 17 was placed: 42.00."),
    "order.confirmed": ("Your order 17 is confirmed", "Your order 17 is confirmed: 42.00."),
    "order.cancelled": ("Your order 17 is cancelled", "Your order 17 was cancelled because it was not paid in time."),
}


class TestFromEventToMail:
    @pytest.mark.parametrize("heard", TELLING)
    def test_ends_as_a_notification_and_a_delivered_mail(self, exchange, alice, mailbox, heard):
        subject, message = TELLING[heard]

        exchange.publish(event(heard, user_id=alice.id))

        [letter] = eventually(lambda: mailbox.letters_to(alice.email), within=15)
        assert (letter.to, letter.subject) == ([alice.email], subject)
        assert letter.text.splitlines()[:3] == ["Hello Alice,", "", message]
        [notification] = Notification.objects.filter(user_id=alice.id)
        assert (notification.type, notification.message) == (heard, message)
        eventually(lambda: sent_to(alice) == 1)

    def test_is_read_over_http(self, processes, exchange, alice, user_service):
        reader = Caller(processes, user_service.mint.customer(alice.id))

        exchange.publish(event("order.placed", user_id=alice.id))

        assert eventually(lambda: told(reader, alice), within=15) == ["Your order 17 was placed: 42.00."]

    def test_many_at_once_are_told_each_once(self, exchange, alice, mailbox):
        exchange.publish(*(event("order.placed", user_id=alice.id, order_id=order) for order in range(1, 41)))

        eventually(lambda: sent_to(alice) == 40, within=30)
        subjects = [letter.subject for letter in mailbox.letters_to(alice.email)]
        assert sorted(subjects) == sorted(f"Your order {order}" for order in range(1, 41))

    def test_carries_the_id_of_the_request_that_began_it(self, exchange, alice, user_service):
        exchange.send(wire(event("order.placed", user_id=alice.id), request_id="a-click-on-buy"))

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert user_service.request_ids(alice.id) == ["a-click-on-buy"]

    def test_a_revoked_token_opens_nothing_any_more(self, processes, exchange, alice, user_service):
        token_id = f"of-{alice.id}"
        reader = Caller(processes, user_service.mint.customer(alice.id, token_id=token_id))
        path = f"/api/users/{alice.id}/notifications/"
        assert reader.get(path).status_code == 200

        exchange.publish(event("token.revoked", user_id=alice.id, token_id=token_id, expires_at="2100-01-01T00:00:00Z"))

        eventually(lambda: reader.get(path).status_code == 401, within=15)


class TestTwice:
    def test_the_copies_tell_nothing(self, processes, exchange, alice, mailbox):
        placed = event("order.placed", user_id=alice.id)

        exchange.publish(*[placed] * 5)

        eventually(lambda: processes.worker.times_said(f"{placed.id} was here before") == 4, within=15)
        eventually(lambda: sent_to(alice) == 1, within=15)
        [_] = commands_about(alice)
        [_] = mailbox.letters_to(alice.email)

    def test_nor_does_one_that_comes_after_the_inbox_forgot(self, exchange, alice, mailbox):
        placed = event("order.placed", user_id=alice.id)
        exchange.publish(placed)
        eventually(lambda: sent_to(alice) == 1, within=15)
        InboxMessage.objects.filter(message_id=placed.id).delete()

        exchange.publish(placed)

        eventually(lambda: is_handled(placed), within=15)
        [_] = commands_about(alice)
        [_] = mailbox.letters_to(alice.email)


class TestOutOfOrder:
    def test_confirmed_before_placed(self, exchange, alice, mailbox):
        """Each is told as it comes: neither needs the other."""
        exchange.publish(event("order.confirmed", user_id=alice.id))
        eventually(lambda: sent_to(alice) == 1, within=15)
        exchange.publish(event("order.placed", user_id=alice.id))

        eventually(lambda: sent_to(alice) == 2, within=15)
        subjects = [letter.subject for letter in mailbox.letters_to(alice.email)]
        assert subjects == ["Your order 17 is confirmed", "Your order 17"]

    @pytest.mark.parametrize("late", TELLING)
    def test_nothing_is_told_after_the_user_is_deleted(self, exchange, alice, late, mailbox):
        deleted, late_one = event("user.deleted", user_id=alice.id), event(late, user_id=alice.id)
        exchange.publish(deleted)
        eventually(lambda: is_handled(deleted), within=15)

        exchange.publish(late_one)

        eventually(lambda: is_handled(late_one), within=15)
        assert not Notification.objects.filter(user_id=alice.id).exists()
        assert mailbox.letters_to(alice.email) == []

    def test_deleted_twice_is_deleted(self, exchange, alice):
        first, second = event("user.deleted", user_id=alice.id), event("user.deleted", user_id=alice.id)

        exchange.publish(first, second)

        eventually(lambda: is_handled(first) and is_handled(second), within=15)
        assert Recipient.objects.get(user_id=alice.id).is_deleted

    def test_deleted_while_the_mail_is_on_its_way(self, processes, exchange, alice, mail_server, broker):
        """The mail may arrive; nothing else stays, and nothing fails."""
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
