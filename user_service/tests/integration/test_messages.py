"""From a request to its messages: the relay publishes events, the worker notifies the other services."""

import base64
import json

import pytest

from servicekit.testing import eventually
from tests.support.locks import writes_blocked
from tests.support.service_processes import unreachable
from user_service.models import OutboxMessage
from user_service.tests.integration.effects import verified


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def about(person, envelopes):
    return [envelope for envelope in envelopes if envelope.subject == str(person.id)]


@pytest.fixture
def subscriber(exchange):
    with exchange.subscriber("user.registered", "user.updated", "user.deleted", "token.revoked") as subscriber:
        yield subscriber


class Work:
    """The tasks of this service, as the broker sees them."""

    def __init__(self, exchange, broker):
        self.exchange = exchange
        self.broker = broker

    def is_delayed(self):
        """Whether a task waits for its retry."""
        delays = [queue for queue in self.broker.queues() if queue.startswith("celery_delayed_")]
        return any(self.broker.messages_in(queue) for queue in delays)

    def is_done(self):
        """Whether no task is left, neither in the queue nor in a worker nor among the dead letters."""
        return not any(self.broker.messages_in(queue) for queue in (self.exchange.work, self.exchange.dead_letters))


@pytest.fixture
def work(exchange, broker):
    return Work(exchange, broker)


class TestEvents:
    def test_of_one_account_arrive_in_order(self, subscriber, person):
        alice = person().with_account()
        alice.changes(first_name="Al")
        alice.deletes()

        def types():
            return [envelope.type for envelope in about(alice, subscriber.received())]

        expected = ["user.registered", "user.updated", "token.revoked", "user.deleted"]
        eventually(lambda: types() == expected, within=15)

    @pytest.mark.security
    def test_a_sign_out_is_announced_with_the_id_of_the_token(self, subscriber, alice):
        assert alice.signs_out().status_code == 204

        [revoked] = eventually(
            lambda: [each for each in about(alice, subscriber.received()) if each.type == "token.revoked"], 15
        )
        assert revoked.data["token_id"] == claims(alice.access_token)["jti"]
        assert alice.reads().status_code == 401

    def test_a_relay_killed_after_publishing_publishes_again_with_the_same_id(self, processes, subscriber, person):
        alice = person()
        processes.relay.kill()
        alice.id = alice.registers().json()["id"]
        with writes_blocked(OutboxMessage):
            relay = processes.begin("relay")
            [first] = eventually(lambda: about(alice, subscriber.received()), within=30)
            relay.kill()

        processes.started("relay")

        eventually(lambda: not OutboxMessage.objects.filter(published_at=None).exists(), within=15)
        assert about(alice, subscriber.received()) == [first, first]

    def test_wait_while_the_broker_is_unreachable_and_requests_succeed(self, processes, subscriber, customer):
        cannot_publish = processes.relay.will_say("cannot publish now")
        with unreachable(processes.broker):
            alice = customer()
            assert alice.changes(first_name="Al").status_code == 200
            eventually(cannot_publish, within=15)
            assert about(alice, subscriber.received()) == []

        eventually(lambda: len(about(alice, subscriber.received())) == 2, within=15)


class TestNotifications:
    def test_both_services_get_the_changed_fields_and_a_valid_token(
        self, processes, alice, order_service, notification_service
    ):
        alice.changes(first_name="Al", bio="Likes lamps.")

        for neighbour in (order_service, notification_service):
            [call] = eventually(lambda neighbour=neighbour: neighbour.calls(alice.id), within=15)
            assert call.changes == ["bio", "first_name"]
            assert verified(call.token, by=processes.web) == ("user_service", {"users:notify"})

    def test_both_services_get_the_deletion(self, alice, order_service, notification_service):
        alice.deletes()

        eventually(lambda: order_service.accepted(alice.id) == [["deleted"]], within=15)
        eventually(lambda: notification_service.accepted(alice.id) == [["deleted"]], within=15)

    @pytest.mark.slow
    def test_are_retried_with_growing_pauses_until_accepted(
        self, processes, work, alice, order_service, notification_service
    ):
        """After 2, 4 and 8 seconds, which RabbitMQ counts, not the worker. The other one is notified again."""
        order_service.is_busy(alice.id, times=3)

        alice.changes(first_name="Al")
        eventually(lambda: len(order_service.calls(alice.id)) == 2 and work.is_delayed(), within=20)
        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: order_service.accepted(alice.id), within=40)
        assert order_service.answers(alice.id) == [503, 503, 503, 200]
        eventually(lambda: len(notification_service.accepted(alice.id)) == 4)
        eventually(work.is_done)


class TestWorkerKilled:
    def test_during_a_notification_sends_it_again(self, processes, work, alice, order_service, notification_service):
        held = order_service.holds(alice.id)
        alice.changes(first_name="Al")
        held.wait_until_reached()

        processes.worker.kill()
        held.release()
        processes.started("worker")

        eventually(lambda: notification_service.accepted(alice.id) == [["first_name"]], within=15)
        assert len(order_service.calls(alice.id)) == 2
        eventually(work.is_done)
