"""After a temporary failure the task waits in RabbitMQ and is retried, after growing pauses."""

import pytest

from notification_service.tests.factories import event
from notification_service.tests.integration.effects import deliveries_to, sent_to
from servicekit.testing import eventually


def attempts(person):
    return deliveries_to(person).values_list("attempts", flat=True).first()


def waits_in_rabbitmq(broker):
    delays = [queue for queue in broker.queues() if queue.startswith("celery_delayed_")]
    return any(broker.messages_in(queue) for queue in delays)


class TestThreeFailures:
    @pytest.fixture
    def recipients(self, mail_server, user_service, alice, bob):
        """The mail server fails for Alice, user_service for Bob."""
        mail_server.refuses(alice, "451 later", times=3)
        user_service.fails(bob.id, times=3 * 2)  # each lookup is repeated once
        return alice, bob

    @pytest.mark.slow
    def test_before_one_mail_is_sent(self, exchange, recipients, mailbox, broker):
        """After 2, 4 and 8 seconds."""
        exchange.publish(*(event("order.placed", user_id=person.id) for person in recipients))

        eventually(lambda: [sent_to(person) for person in recipients] == [1, 1], within=45)
        assert [attempts(person) for person in recipients] == [4, 4]
        assert [len(mailbox.letters_to(person.email)) for person in recipients] == [1, 1]
        assert broker.messages_in(exchange.dead_letters) == 0


class TestWaitingRetry:
    def test_outlives_its_worker(self, processes, exchange, mail_server, alice, broker):
        mail_server.refuses(alice, "451 later")
        exchange.publish(event("order.placed", user_id=alice.id))
        eventually(lambda: waits_in_rabbitmq(broker), within=15)

        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: sent_to(alice) == 1, within=15)
        assert attempts(alice) == 2
        [_] = mail_server.message_ids(alice)


class TestPermanentFailure:
    def test_is_not_retried(self, exchange, mail_server, alice, broker, mailbox):
        mail_server.refuses(alice, "550 nobody here")

        exchange.publish(event("order.placed", user_id=alice.id))

        delivery = eventually(lambda: deliveries_to(alice).exclude(state="pending").first(), within=15)
        assert (delivery.state, delivery.reason, delivery.attempts) == ("failed", "the mail server refused with 550", 1)
        assert not waits_in_rabbitmq(broker)
        assert mailbox.letters_to(alice.email) == []
