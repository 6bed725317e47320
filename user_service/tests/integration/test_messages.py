"""From a request to those who hear of it: the relay brings events to the exchange, the worker calls the neighbours."""

import base64
import json

import pytest

from servicekit.testing import eventually
from tests.support.locks import writes_blocked
from tests.support.service_processes import unreachable
from user_service.models import OutboxMessage
from user_service.tests.integration.effects import proven


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
    """What this service has given itself to do, as the broker sees it."""

    def __init__(self, exchange, broker):
        self.exchange = exchange
        self.broker = broker

    def waits(self):
        """Whether something waits for its time to come."""
        delays = [queue for queue in self.broker.queues() if queue.startswith("celery_delayed_")]
        return any(self.broker.messages_in(queue) for queue in delays)

    def is_done(self):
        """Whether nothing is left, in the queue or in a worker's hands, and nothing was given up."""
        return not any(self.broker.messages_in(queue) for queue in (self.exchange.work, self.exchange.dead_letters))


@pytest.fixture
def work(exchange, broker):
    return Work(exchange, broker)


class TestEvents:
    def test_tell_the_life_of_an_account_in_its_order(self, subscriber, somebody):
        alice = somebody().with_account()
        alice.changes(first_name="Al")
        alice.leaves()

        def heard():
            return [envelope.type for envelope in about(alice, subscriber.received())]

        story = ["user.registered", "user.updated", "token.revoked", "user.deleted"]
        eventually(lambda: heard() == story, within=15)

    @pytest.mark.security
    def test_a_sign_out_is_heard_with_the_id_of_the_token(self, subscriber, alice):
        assert alice.signs_out().status_code == 204

        [revoked] = eventually(
            lambda: [each for each in about(alice, subscriber.received()) if each.type == "token.revoked"], 15
        )
        assert revoked.data["token_id"] == claims(alice.access_token)["jti"]
        assert alice.looks().status_code == 401

    def test_a_relay_killed_between_publishing_and_marking_says_it_again_under_the_same_id(
        self, processes, subscriber, somebody
    ):
        alice = somebody()
        processes.relay.kill()
        alice.id = alice.registers().json()["id"]
        with writes_blocked(OutboxMessage):
            relay = processes.begin("relay")
            [first] = eventually(lambda: about(alice, subscriber.received()), within=30)
            relay.kill()

        processes.started("relay")

        eventually(lambda: not OutboxMessage.objects.filter(published_at=None).exists(), within=15)
        assert about(alice, subscriber.received()) == [first, first]

    def test_wait_while_the_broker_is_away_and_nobody_notices(self, processes, subscriber, customer):
        cannot_publish = processes.relay.will_say("cannot publish now")
        with unreachable(processes.broker):
            alice = customer()
            assert alice.changes(first_name="Al").status_code == 200
            eventually(cannot_publish, within=15)
            assert about(alice, subscriber.received()) == []

        eventually(lambda: len(about(alice, subscriber.received())) == 2, within=15)


class TestNeighbours:
    def test_both_hear_which_fields_changed_from_somebody_whose_token_our_keys_prove(
        self, processes, alice, order_service, notification_service
    ):
        alice.changes(first_name="Al", bio="Likes lamps.")

        for neighbour in (order_service, notification_service):
            [call] = eventually(lambda neighbour=neighbour: neighbour.calls(alice.id), within=15)
            assert call.changes == ["bio", "first_name"]
            assert proven(call.token, by=processes.web) == ("user_service", {"users:notify"})

    def test_hear_that_an_account_is_gone(self, alice, order_service, notification_service):
        alice.leaves()

        eventually(lambda: order_service.told(alice.id) == [["deleted"]], within=15)
        eventually(lambda: notification_service.told(alice.id) == [["deleted"]], within=15)

    @pytest.mark.slow
    def test_that_is_busy_three_times_is_asked_again_after_growing_pauses(
        self, processes, work, alice, order_service, notification_service
    ):
        """After 2, 4 and 8 seconds, which RabbitMQ counts, not the worker. The other one hears it again: no harm."""
        order_service.is_busy(alice.id, times=3)

        alice.changes(first_name="Al")
        eventually(lambda: len(order_service.calls(alice.id)) == 2 and work.waits(), within=20)
        processes.worker.kill()
        processes.started("worker")

        eventually(lambda: order_service.told(alice.id), within=40)
        assert order_service.answers(alice.id) == [503, 503, 503, 200]
        eventually(lambda: len(notification_service.told(alice.id)) == 4)
        eventually(work.is_done)


class TestWorkerKilled:
    def test_while_it_waits_for_a_neighbour(self, processes, work, alice, order_service, notification_service):
        held = order_service.holds(alice.id)
        alice.changes(first_name="Al")
        held.wait_until_reached()

        processes.worker.kill()
        held.release()
        processes.started("worker")

        eventually(lambda: notification_service.told(alice.id) == [["first_name"]], within=15)
        assert len(order_service.calls(alice.id)) == 2
        eventually(work.is_done)
