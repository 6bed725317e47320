"""Each event that a consumer relies on, made by the use cases of the service, as the relay publishes it."""

from datetime import timedelta

from order_service.models import Order
from order_service.services import OrderService, PaymentService
from order_service.services.catalogue import Line
from order_service.tests.factories import ALICE, AN_ADDRESS, DECLINED_CARD, GOOD_CARD, OrderFactory, ProductFactory
from order_service.tests.fakes import FakeGateway, FakeUserDirectory
from order_service.wiring import clock
from servicekit.messages.wire import WireMessage
from tests.support.contracts.messages import published


def placed() -> WireMessage:
    lines = [Line(ProductFactory().pk, quantity=2), Line(ProductFactory().pk, quantity=1)]
    orders().place_order(customer_id=ALICE, lines=lines, ship_to=AN_ADDRESS)
    return published("order.placed")


def paid() -> WireMessage:
    PaymentService(gateway=FakeGateway()).pay(order_id=OrderFactory().pk, customer_id=ALICE, card=GOOD_CARD)
    return published("order.confirmed")


def shipped() -> WireMessage:
    orders().ship_order(order_id=OrderFactory(confirmed=True).pk)
    return published("order.shipped")


def declined() -> WireMessage:
    PaymentService(gateway=FakeGateway()).pay(order_id=OrderFactory().pk, customer_id=ALICE, card=DECLINED_CARD)
    return published("order.cancelled")


def cancelled_by_customer() -> WireMessage:
    orders().cancel_order(order_id=OrderFactory().pk, reason=Order.Reason.CUSTOMER, owner_id=ALICE)
    return published("order.cancelled")


def cancelled_by_staff() -> WireMessage:
    orders().cancel_order(order_id=OrderFactory().pk, reason=Order.Reason.STAFF)
    return published("order.cancelled")


def left_unpaid() -> WireMessage:
    OrderFactory(created_at=clock()() - timedelta(days=1))
    orders().cancel_unpaid()
    return published("order.cancelled")


def orders() -> OrderService:
    return OrderService(users=FakeUserDirectory(active=[ALICE]))


MESSAGES = {
    "an order was placed": placed,
    "an order was paid": paid,
    "an order was shipped": shipped,
    "an order was cancelled because its payment was declined": declined,
    "an order was cancelled by its customer": cancelled_by_customer,
    "an order was cancelled by the staff": cancelled_by_staff,
    "an order was cancelled because it was not paid in time": left_unpaid,
}
