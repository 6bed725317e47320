"""From the outbox to the exchange: no event is lost, and one that is published twice has the same id."""

from functools import partial
from os import environ

import pytest
from django.db import transaction
from django.utils import timezone

from order_service.events import OrderConfirmed
from order_service.models import OutboxMessage
from order_service.tests.integration.people import placed
from servicekit.messages import outbox
from servicekit.testing import eventually
from tests.support.concurrently import concurrently
from tests.support.locks import writes_blocked
from tests.support.service_processes import unreachable

IDS = range(10_000_000, 20_000_000)


def announce(order_ids):
    """Record events in one transaction, as a request does."""
    with transaction.atomic():
        outbox.record(*(OrderConfirmed(each, user_id=7, total=1, confirmed_at=timezone.now()) for each in order_ids))


def subjects(subscriber):
    return sorted(int(envelope.subject) for envelope in subscriber.received())


def waiting():
    return OutboxMessage.objects.filter(published_at=None)


def unlocked():
    with transaction.atomic():
        return len(waiting().select_for_update(skip_locked=True))


@pytest.fixture
def subscriber(exchange):
    with exchange.subscriber("order.placed", "order.confirmed") as subscriber:
        yield subscriber


class TestKilled:
    def test_between_publishing_and_marking_the_copy_has_the_same_id(self, processes, subscriber, alice, lamp):
        processes.relay.kill()
        order_id = placed(alice.orders((lamp, 1)))
        with writes_blocked(OutboxMessage):
            relay = processes.begin("relay")
            [first] = eventually(subscriber.received, within=30)
            relay.kill()
        assert waiting().count() == 1

        processes.started("relay")

        eventually(lambda: not waiting().exists(), within=15)
        assert subscriber.received() == [first, first]
        assert first.subject == str(order_id)

    def test_with_thousands_of_events_none_is_lost(self, processes, subscriber):
        announce(IDS[:2000])
        eventually(subscriber.received, within=15)

        processes.relay.kill()
        processes.started("relay")

        eventually(lambda: not waiting().exists(), within=15)
        assert sorted(set(subjects(subscriber))) == list(IDS[:2000])
        assert len({envelope.id for envelope in subscriber.received()}) == 2000


class TestTwoRelays:
    @pytest.fixture
    def proxy(self, proxy_to):
        return proxy_to(environ["BROKER_URL"])

    @pytest.fixture
    def second(self, processes, proxy):
        """Another relay, which reaches the broker through a TCP proxy."""
        relay = processes.another("relay", BROKER_URL=proxy.url)
        eventually(lambda: relay.said("relaying from"), within=30)
        yield relay
        relay.kill()

    def test_publish_each_event_once(self, processes, subscriber, second):
        parts = [IDS[start : start + 50] for start in range(0, 1000, 50)]

        concurrently([partial(announce, part) for part in parts])

        eventually(lambda: not waiting().exists(), within=15)
        assert subjects(subscriber) == list(IDS[:1000])

    def test_one_skips_the_events_that_the_other_has_locked(self, processes, subscriber, second, proxy):
        processes.relay.kill()
        proxy.hang()
        announce(IDS[:5])
        eventually(lambda: unlocked() == 0, within=15)

        processes.started("relay")
        announce(IDS[5:10])
        eventually(lambda: subjects(subscriber) == list(IDS[5:10]), within=15)
        proxy.resume()

        eventually(lambda: not waiting().exists(), within=15)
        assert subjects(subscriber) == list(IDS[:10])


class TestBrokerAway:
    @pytest.mark.slow
    def test_for_ten_seconds_orders_succeed_and_events_wait(self, processes, subscriber, new_buyer, lamp):
        buyers = [new_buyer() for _ in range(20)]
        cannot_publish = processes.relay.will_say("cannot publish now")

        with unreachable(processes.broker, at_least=10):
            purchases = [partial(buyer.orders, (lamp, 1)) for buyer in buyers]
            answers = [answer for _ in range(5) for answer in concurrently(purchases)]
            orders = sorted(map(placed, answers))
            eventually(cannot_publish)
            assert subscriber.received() == []

        eventually(lambda: len(subscriber.received()) >= 100, within=15)
        assert subjects(subscriber) == orders
        eventually(lambda: not waiting().exists())
