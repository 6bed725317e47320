"""PostgreSQL cannot be reached for a while: requests get 503, and every process recovers by itself."""

import pytest
from django.db import connection

from order_service.tests.integration.effects import event_types, is_handled
from order_service.tests.integration.people import placed, refusal, token_revoked
from servicekit.testing import eventually
from tests.support.service_processes import unreachable

BACK_WITHIN = 15


@pytest.fixture
def subscriber(exchange):
    with exchange.subscriber("order.placed") as subscriber:
        yield subscriber


@pytest.fixture
def sign_out(exchange, bob):
    """`sign_out()`: publish the event of Bob's sign-out."""

    def publish():
        event = token_revoked(bob)
        exchange.publish(event)
        return event

    return publish


def pids(processes):
    return [process.pid for process in (processes.web, processes.worker, processes.relay)]


def works_again(buyer, lamp, subscriber):
    """Whether an order can be placed, and its event is published."""
    answer = buyer.orders((lamp, 1))
    if answer.status_code != 201:
        return False
    subject = str(placed(answer))
    eventually(lambda: subject in [envelope.subject for envelope in subscriber.received()], within=BACK_WITHIN)
    return True


class TestGone:
    def test_web_worker_and_relay_recover_without_a_restart(self, processes, subscriber, alice, lamp, sign_out):
        same = pids(processes)
        notices = [
            processes.relay.will_say("cannot publish now"),
            processes.worker.will_say("the database is down"),
        ]

        with unreachable(processes.database):
            refused = alice.orders((lamp, 1))
            signed_out = sign_out()
            for notice in notices:
                eventually(notice, within=15)

        assert refusal(refused) == (503, "DATABASE_UNAVAILABLE")
        assert int(refused.headers["Retry-After"]) > 0
        eventually(lambda: works_again(alice, lamp, subscriber), within=BACK_WITHIN)
        eventually(lambda: is_handled(signed_out), within=BACK_WITHIN)
        assert pids(processes) == same

    def test_an_interrupted_request_has_its_whole_effect_or_none(self, processes, alice, lamp, subscriber):
        """Orders are placed while the database is cut off and restored."""
        answers = []
        for _ in range(3):
            answers.append(alice.orders((lamp, 1)))
            with unreachable(processes.database):
                answers.append(alice.orders((lamp, 1)))

        eventually(lambda: works_again(alice, lamp, subscriber), within=BACK_WITHIN)
        mine = {order["id"]: len(order["items"]) for order in alice.sees_orders().json()["results"]}
        assert {answer.json()["id"] for answer in answers if answer.status_code == 201} < set(mine)
        assert set(mine.values()) == {1}
        assert [event_types(order_id) for order_id in mine] == [["order.placed"]] * len(mine)
        lamp.refresh_from_db()
        assert lamp.stock_quantity == 1000 - len(mine)


class TestConnectionsCut:
    def test_every_process_reconnects_and_no_request_fails(self, processes, subscriber, alice, lamp, sign_out):
        """As after a fail-over: the connections of all processes are closed."""
        same = pids(processes)
        for _ in range(4):
            assert alice.sees_orders().status_code == 200

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        signed_out = sign_out()
        answers = [alice.orders((lamp, 1)) for _ in range(20)]

        orders = {str(placed(answer)) for answer in answers}
        eventually(lambda: {envelope.subject for envelope in subscriber.received()} == orders, within=BACK_WITHIN)
        eventually(lambda: is_handled(signed_out), within=BACK_WITHIN)
        assert pids(processes) == same
