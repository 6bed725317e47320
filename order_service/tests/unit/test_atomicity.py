"""An order changes and its message is saved, or neither; a case for every service call that saves messages."""

from datetime import timedelta

import pytest

from order_service.clients.payments import Outcome
from order_service.models import Order, Payment
from order_service.services import AccountService, Line, OrderService, PaymentService
from order_service.services.idempotency import IdempotencyKey
from order_service.tests.factories import (
    ALICE,
    AN_ADDRESS,
    DECLINED_CARD,
    GOOD_CARD,
    MONDAY_NOON,
    OrderFactory,
    PaymentFactory,
    ProductFactory,
)
from order_service.tests.fakes import FakeGateway, FakeUserDirectory
from servicekit.testing import FakeClock
from servicekit.testing.atomicity import all_or_nothing, places_without_a_case

pytestmark = pytest.mark.django_db

KEY = IdempotencyKey(user_id=ALICE, route="any", value="k-1", fingerprint="a", status=201, represent=str)


class Gateway(FakeGateway):
    """Calls `begin` with each answer: it comes between two transactions, and the first one stays."""

    def __init__(self, begin):
        super().__init__()
        self.begin = begin

    def charge(self, **arguments):
        outcome = super().charge(**arguments)
        self.begin()
        return outcome

    def outcome(self, key):
        self.begin()
        return Outcome.PAID


def orders(hour=12):
    return OrderService(users=FakeUserDirectory(active=[ALICE]), now=FakeClock(MONDAY_NOON.replace(hour=hour)))


def payments(begin):
    return PaymentService(gateway=Gateway(begin), now=FakeClock(MONDAY_NOON))


def place_order(begin):
    lamp, chair = ProductFactory(), ProductFactory()
    begin()
    orders().place_order(customer_id=ALICE, lines=[Line(lamp.pk, 1), Line(chair.pk, 2)], ship_to=AN_ADDRESS, key=KEY)


def cancel_order(begin):
    order = OrderFactory()
    begin()
    orders().cancel_order(order_id=order.pk, reason=Order.Reason.CUSTOMER)


def cancel_paid_order(begin):
    payment = PaymentFactory(completed=True, order=OrderFactory(confirmed=True))
    begin()
    orders().cancel_order(order_id=payment.order_id, reason=Order.Reason.CUSTOMER)


def ship_order(begin):
    order = OrderFactory(confirmed=True)
    begin()
    orders().ship_order(order_id=order.pk)


def cancel_unpaid(begin):
    OrderFactory.create_batch(2)
    begin()
    assert orders(hour=13).cancel_unpaid() == 2


def delete_account(begin):
    OrderFactory.create_batch(2)
    begin()
    users = FakeUserDirectory(active=[])
    AccountService(users=users, now=FakeClock(MONDAY_NOON)).deleted(user_id=ALICE)


def pay_with_good_card(begin):
    payments(begin).pay(order_id=OrderFactory().pk, customer_id=ALICE, card=GOOD_CARD, key=KEY)


def pay_with_declined_card(begin):
    payments(begin).pay(order_id=OrderFactory().pk, customer_id=ALICE, card=DECLINED_CARD)


def settle_stuck_payment(begin):
    PaymentFactory(stuck=True)
    payments(begin).settle_stuck()


def pay_for_an_order_cancelled_meanwhile(begin):
    """Only then is the gateway's answer there: the money has to go back."""

    def cancel():
        Payment.objects.get().fail(now=MONDAY_NOON, recheck=timedelta(hours=1))
        orders().cancel_order(order_id=order.pk, reason=Order.Reason.CUSTOMER)
        begin()

    order = OrderFactory()
    payments(cancel).pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)


CASES = [
    place_order,
    cancel_order,
    cancel_paid_order,
    ship_order,
    cancel_unpaid,
    delete_account,
    pay_with_good_card,
    pay_with_declined_card,
    settle_stuck_payment,
    pay_for_an_order_cancelled_meanwhile,
]


@pytest.mark.parametrize("case", CASES)
def test_when_any_write_fails_neither_state_nor_message_is_saved(case):
    all_or_nothing(case)


def test_every_line_that_saves_a_message_has_a_case():
    assert places_without_a_case("order_service", CASES) == []
