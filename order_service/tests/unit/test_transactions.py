"""No other service is called inside a transaction: a slow answer would hold our locks."""

import pytest
from django.db import connection

from order_service.clients.payments import Outcome
from order_service.services import Line, OrderService, PaymentService, RefundService
from order_service.tests.factories import ALICE, AN_ADDRESS, GOOD_CARD, OrderFactory, PaymentFactory
from order_service.tests.fakes import FakeGateway, FakeUserDirectory

# Only then is a transaction that is open one of the service, not of the test.
pytestmark = pytest.mark.django_db(transaction=True)


class Neighbours(FakeUserDirectory, FakeGateway):
    """user_service and the payment gateway; they record whether a transaction was open when they were called."""

    def __init__(self):
        FakeUserDirectory.__init__(self, active=[ALICE])
        FakeGateway.__init__(self)
        self.calls = []

    def is_active(self, user_id):
        self.calls.append(("is_active", connection.in_atomic_block))
        return super().is_active(user_id)

    def charge(self, **arguments):
        self.calls.append(("charge", connection.in_atomic_block))
        return super().charge(**arguments)

    def outcome(self, key):
        self.calls.append(("outcome", connection.in_atomic_block))
        return Outcome.PAID

    def refund(self, key):
        self.calls.append(("refund", connection.in_atomic_block))
        super().refund(key)


@pytest.fixture
def neighbours():
    return Neighbours()


@pytest.fixture
def payments(neighbours, clock):
    return PaymentService(gateway=neighbours, now=clock)


class TestNoTransactionIsOpen:
    def test_when_place_order_asks_for_the_customer(self, neighbours, clock, lamp):
        OrderService(users=neighbours, now=clock).place_order(
            customer_id=ALICE, lines=[Line(lamp.pk, 1)], ship_to=AN_ADDRESS
        )

        assert neighbours.calls == [("is_active", False)]

    def test_when_pay_charges_the_card(self, payments, neighbours):
        payments.pay(order_id=OrderFactory().pk, customer_id=ALICE, card=GOOD_CARD)

        assert neighbours.calls == [("charge", False)]

    def test_when_settle_stuck_asks_for_the_outcome(self, payments, neighbours):
        PaymentFactory(stuck=True)

        payments.settle_stuck()

        assert neighbours.calls == [("outcome", False)]

    def test_when_a_payment_is_refunded(self, neighbours, clock):
        RefundService(gateway=neighbours, now=clock).refund(payment_id=PaymentFactory(refunding=True).pk)

        assert neighbours.calls == [("refund", False)]
