"""An order is shipped by staff and cancelled by its customer at the same moment: exactly one of the two happens."""

from functools import partial
from threading import Thread

import pytest
from django.db import transaction

from order_service.models import Order, Payment
from order_service.services import OrderService
from order_service.tests.fakes import FakeUserDirectory
from order_service.tests.integration.effects import event_types, stock_of
from order_service.tests.integration.people import placed, refusal
from servicekit.testing import eventually
from tests.support.concurrently import concurrently
from tests.support.locks import waiting_for_a_lock
from tests.support.service_processes import Caller

ROUNDS = 20
SHIPPED = ((200, 409), "shipped", "completed", ["order.placed", "order.confirmed", "order.shipped"])
CANCELLED = ((409, 200), "cancelled", "refunded", ["order.placed", "order.confirmed", "order.cancelled"])


@pytest.fixture
def ship(processes, user_service):
    """`ship(1)`: a member of staff ships order 1."""
    staff = Caller(processes, user_service.mint.staff())
    return lambda order_id: staff.post(f"/api/orders/{order_id}/ship/")


def paid(buyer, product):
    order_id = placed(buyer.orders((product, 1)))
    assert buyer.pays(order_id).json()["status"] == "completed"
    return order_id


def outcome(order_id):
    order = Order.objects.get(pk=order_id)
    return order.status, Payment.objects.get(order=order).status, event_types(order_id)


class TestAtOnce:
    def test_one_of_the_two_happens_in_every_round(self, alice, lamp, gateway, ship):
        orders = [paid(alice, lamp) for _ in range(ROUNDS)]

        answers = [concurrently([partial(ship, order), partial(alice.cancels, order)]) for order in orders]
        eventually(lambda: not Payment.objects.filter(order__in=orders, status="refunding").exists(), within=15)

        outcomes = [
            (tuple(answer.status_code for answer in both), *outcome(order))
            for order, both in zip(orders, answers, strict=True)
        ]
        assert [each for each in outcomes if each not in (SHIPPED, CANCELLED)] == []
        assert len(outcomes) == ROUNDS
        assert gateway.charges_of(lamp.price).count("refunded") == outcomes.count(CANCELLED)
        assert stock_of(lamp) == 1000 - outcomes.count(SHIPPED)


class TestOneFirst:
    """One of the two holds the order's lock; the other waits for it, and is refused."""

    def test_shipping_waits_for_a_cancellation_and_is_refused(self, alice, lamp, ship):
        order_id = paid(alice, lamp)

        refused = while_held(
            lambda: OrderService(users=FakeUserDirectory()).cancel_order(
                order_id=order_id, reason=Order.Reason.CUSTOMER
            ),
            partial(ship, order_id),
        )

        assert refused == (409, "ORDER_NOT_CONFIRMED")
        assert event_types(order_id) == ["order.placed", "order.confirmed", "order.cancelled"]

    def test_a_cancellation_waits_for_shipping_and_is_refused(self, alice, lamp, gateway):
        order_id = paid(alice, lamp)

        refused = while_held(
            lambda: OrderService(users=FakeUserDirectory()).ship_order(order_id=order_id),
            partial(alice.cancels, order_id),
        )

        assert refused == (409, "ORDER_ALREADY_SHIPPED")
        assert outcome(order_id) == SHIPPED[1:]
        assert gateway.charges_of(lamp.price) == ["paid"]


def while_held(change, call):
    """Make this change; before it is committed, make this call, wait until it waits, and give its refusal."""
    answers = []
    thread = Thread(target=lambda: answers.append(call()))
    with transaction.atomic():
        change()
        thread.start()
        eventually(lambda: waiting_for_a_lock() >= 1)
    thread.join()
    [answer] = answers
    return refusal(answer)
