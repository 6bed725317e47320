"""Orders that are not paid in time are cancelled once, also by concurrent runs."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connections, transaction

from order_service.models import Order, OrderLine
from order_service.services import OrderService
from order_service.tests.factories import ALICE, AN_ADDRESS, PaymentFactory
from order_service.tests.fakes import FakeUserDirectory
from order_service.tests.integration.effects import event_types, stock_of
from servicekit.testing import eventually
from tests.support.exchange import command

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def unpaid(product):
    """A product and 250 unpaid orders of yesterday, which are more than two batches."""
    lamp = product(0)
    orders = Order.objects.bulk_create(
        Order(user_id=ALICE, total=lamp.price, shipping_address=AN_ADDRESS, created_at=YESTERDAY) for _ in range(250)
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, product=lamp, name=lamp.name, quantity=1, price=lamp.price) for order in orders
    )
    return lamp, orders


def cancelled(orders):
    return set(Order.objects.filter(pk__in=[order.pk for order in orders], status="cancelled"))


class TestTwoRuns:
    def test_at_the_same_time_cancel_each_order_once(self, exchange, unpaid):
        """In the worker, which has four threads."""
        lamp, orders = unpaid
        run = "order_service.cancel_unpaid_orders"

        exchange.send(command(run), command(run))

        eventually(lambda: cancelled(orders) == set(orders), within=30)
        assert stock_of(lamp) == 250
        assert [event_types(order.pk) for order in orders] == [["order.cancelled"]] * 250

    def test_share_the_work(self, processes, unpaid):
        """One run holds the locks of the first hundred; the other does not wait for it."""
        lamp, orders = unpaid
        first, others = orders[:100], orders[100:]
        with transaction.atomic():
            list(Order.objects.select_for_update().filter(pk__in=[order.pk for order in first]))
            other_run = Thread(target=_cancel_unpaid)
            other_run.start()
            other_run.join(timeout=30)
            assert not other_run.is_alive()
            assert cancelled(orders) == set(others)

        _cancel_unpaid()

        assert cancelled(orders) == set(orders)
        assert stock_of(lamp) == 250


class TestPaymentInProgress:
    def test_its_order_is_not_cancelled(self, processes, unpaid):
        _, orders = unpaid
        PaymentFactory(order=orders[0], processing=True)

        _cancel_unpaid()

        assert cancelled(orders) == set(orders[1:])


def _cancel_unpaid():
    try:
        OrderService(users=FakeUserDirectory()).cancel_unpaid()
    finally:
        connections.close_all()
