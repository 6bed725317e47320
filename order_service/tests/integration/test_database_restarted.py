"""
PostgreSQL is restarted under the running service.

The test has a server of its own, because others use the shared one; so it reads rows only through the API.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from order_service.models import Product
from order_service.tests.integration.people import placed, token_revoked
from servicekit.testing import eventually
from tests.support.isolation import Databases
from tests.support.service_processes import Caller, ServiceProcesses

BACK_WITHIN = 15
PIECES = 100_000


@pytest.fixture
def server(own_server):
    return own_server("postgres")


@pytest.fixture
def processes(all_processes, environment, server, tmp_path, request):
    """As in the other tests, but on that server."""
    all_processes.end()  # two workers of one service would share its queues
    migrate = [sys.executable, "-m", "order_service", "migrate", "--verbosity=0"]
    database = Databases(server.addresses["postgres"]).create_migrated(
        "restarted", command=migrate, environment=dict(os.environ)
    )
    with (
        ServiceProcesses("order_service", tmp_path, environment={**environment, "DATABASE_URL": database}) as own,
        own.at_work(request.node),
    ):
        yield own


@pytest.fixture
def restart(processes, server):
    """`restart()`: restart the server, which gets another address in Docker."""
    return lambda: processes.database.forward_to(server.restart()["postgres"])


@pytest.fixture
def lamp(processes, user_service):
    staff = Caller(processes, user_service.mint.staff())
    answer = staff.post("/api/products/", {"name": "Lamp", "price": "20.00", "stock_quantity": PIECES})
    return Product(pk=answer.json()["id"])


@contextmanager
def buying(buyer, lamp) -> Iterator[list]:
    """Place orders one after the other while the block lasts; gives the answers so far."""
    answers, stop = [], Event()

    def buy():
        while not stop.is_set():
            answers.append(buyer.orders((lamp, 1)))

    thread = Thread(target=buy)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def placed_among(answers):
    return [placed(answer) for answer in answers if answer.status_code == 201]


class TestRestarted:
    def test_no_order_is_lost_or_doubled_and_ordering_works_again(self, restart, exchange, alice, lamp):
        with exchange.subscriber("order.placed") as subscriber:
            with buying(alice, lamp) as answers:
                eventually(lambda: placed_among(answers), within=BACK_WITHIN)
                restart()
                before = len(answers)
                eventually(lambda: placed_among(answers[before:]), within=BACK_WITHIN)

            kept = alice.sees_orders().json()["count"]
            eventually(
                lambda: len({envelope.subject for envelope in subscriber.received()}) == kept, within=BACK_WITHIN
            )
            heard = {envelope.id: envelope.subject for envelope in subscriber.received()}

        assert {answer.status_code for answer in answers} == {201, 503}
        assert {str(order_id) for order_id in placed_among(answers)} <= set(heard.values())
        assert len(heard) == kept
        assert alice.get(f"/api/products/{lamp.pk}/").json()["stock_quantity"] == PIECES - kept

    def test_the_same_worker_handles_events_before_and_after_it(self, processes, restart, exchange, alice, bob):
        same = processes.worker.pid
        exchange.publish(token_revoked(alice))
        eventually(lambda: is_signed_out(alice), within=BACK_WITHIN)

        restart()
        exchange.publish(token_revoked(bob))

        eventually(lambda: is_signed_out(bob), within=BACK_WITHIN)
        assert is_signed_out(alice)
        assert processes.worker.pid == same


def is_signed_out(buyer):
    return buyer.sees_orders().status_code == 401
