from dataclasses import replace
from decimal import Decimal

import pytest

from order_service.exceptions import (
    OutOfStock,
    PriceChanged,
    ProductNotFound,
    TooManyPendingOrders,
    TooManyUnpaidPieces,
    UnknownCustomer,
)
from order_service.models import Order, OutboxMessage
from order_service.services import Line, OrderService
from order_service.tests.factories import ALICE, AN_ADDRESS, MALLORY, MONDAY_NOON, OrderFactory, ProductFactory
from order_service.tests.fakes import DeadUserDirectory
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.testing.messages import published

pytestmark = pytest.mark.django_db


def one(product):
    return Line(product_id=product.pk, quantity=1)


def assert_nothing_changed(*products):
    assert not Order.objects.exists()
    assert not OutboxMessage.objects.exists()
    before = [product.stock_quantity for product in products]
    for product in products:
        product.refresh_from_db()
    assert [product.stock_quantity for product in products] == before


class TestPlaceOrder:
    def test_saves_a_pending_order_with_the_prices_of_the_catalogue(self, orders, lamp, chair):
        order = orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, 2), Line(chair.pk, 1)], ship_to=AN_ADDRESS)

        order = Order.objects.get(pk=order.pk)
        assert (order.user_id, order.status, order.total) == (ALICE, "pending", Decimal("139.90"))
        assert [(line.name, line.quantity, line.price) for line in order.lines] == [
            ("Lamp", 2, Decimal("20.00")),
            ("Chair", 1, Decimal("99.90")),
        ]
        assert order.shipping_address == AN_ADDRESS
        assert order.created_at == MONDAY_NOON

    def test_reduces_the_stock(self, orders, lamp):
        orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, 10)], ship_to=AN_ADDRESS)

        lamp.refresh_from_db()
        assert lamp.stock_quantity == 0

    def test_announces_the_order(self, orders, lamp):
        order = orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, 2)], ship_to=AN_ADDRESS)

        [placed] = published()
        assert (placed.type, placed.source, placed.subject) == ("order.placed", "/order_service", str(order.pk))
        assert placed.data == {
            "order_id": order.pk,
            "user_id": ALICE,
            "total": "40.00",
            "items": [{"product_id": lamp.pk, "name": "Lamp", "quantity": 2, "price": "20.00"}],
            "placed_at": "2026-11-16T12:00:00Z",
        }

    def test_a_later_price_change_does_not_change_the_order(self, orders, lamp):
        order = orders.place_order(customer_id=ALICE, lines=[one(lamp)], ship_to=AN_ADDRESS)

        lamp.price = Decimal("25.00")
        lamp.save()

        [line] = Order.objects.get(pk=order.pk).lines
        assert line.price == Decimal("20.00")

    def test_accepts_the_price_of_the_catalogue(self, orders, lamp):
        seen = replace(one(lamp), price=Decimal("20.0"))

        assert orders.place_order(customer_id=ALICE, lines=[seen], ship_to=AN_ADDRESS).total == Decimal("20.00")

    def test_refuses_an_unknown_customer(self, orders, lamp):
        with pytest.raises(UnknownCustomer):
            orders.place_order(customer_id=MALLORY, lines=[one(lamp)], ship_to=AN_ADDRESS)

        assert_nothing_changed(lamp)

    def test_refuses_while_user_service_is_down_and_changes_nothing(self, lamp, clock):
        orders = OrderService(users=DeadUserDirectory(), now=clock)

        with pytest.raises(NeighbourUnavailable):
            orders.place_order(customer_id=ALICE, lines=[one(lamp)], ship_to=AN_ADDRESS)

        assert_nothing_changed(lamp)

    def test_refuses_more_pieces_than_the_stock_and_changes_nothing(self, orders, lamp, chair):
        with pytest.raises(OutOfStock) as refusal:
            orders.place_order(customer_id=ALICE, lines=[one(lamp), Line(chair.pk, 4)], ship_to=AN_ADDRESS)

        assert (refusal.value.product_id, refusal.value.wanted, refusal.value.left) == (chair.pk, 4, 3)
        assert_nothing_changed(lamp, chair)

    def test_refuses_a_price_that_differs_from_the_catalogue(self, orders, lamp, chair):
        cheaper = replace(one(chair), price=Decimal("9.90"))

        with pytest.raises(PriceChanged) as refusal:
            orders.place_order(customer_id=ALICE, lines=[one(lamp), cheaper], ship_to=AN_ADDRESS)

        assert str(refusal.value) == f"product {chair.pk} costs 99.90, not 9.90"
        assert_nothing_changed(lamp, chair)

    def test_refuses_an_unknown_product(self, orders, lamp):
        with pytest.raises(ProductNotFound):
            orders.place_order(customer_id=ALICE, lines=[one(lamp), Line(4711, 1)], ship_to=AN_ADDRESS)

        assert_nothing_changed(lamp)

    def test_refuses_a_retired_product(self, orders):
        retired = ProductFactory(retired=True)

        with pytest.raises(ProductNotFound):
            orders.place_order(customer_id=ALICE, lines=[one(retired)], ship_to=AN_ADDRESS)

        assert_nothing_changed(retired)


class TestLimits:
    @pytest.fixture(autouse=True)
    def limits(self, settings):
        settings.MAX_PENDING_ORDERS, settings.MAX_UNPAID_PIECES = 2, 5

    def test_a_customer_with_too_many_pending_orders_is_refused(self, orders, lamp):
        OrderFactory.create_batch(2, lines=[(lamp, 1)])

        with pytest.raises(TooManyPendingOrders):
            orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, 1)], ship_to=AN_ADDRESS)

    def test_an_order_for_more_pieces_than_a_customer_may_hold_is_refused(self, orders, lamp, chair):
        OrderFactory(lines=[(lamp, 2)])

        with pytest.raises(TooManyUnpaidPieces):
            orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, 2), Line(chair.pk, 2)], ship_to=AN_ADDRESS)

        lamp.refresh_from_db()
        assert lamp.stock_quantity == 10

    @pytest.mark.parametrize(
        ("setting", "pieces"), [("MAX_PENDING_ORDERS", 1), ("MAX_UNPAID_PIECES", 10)], ids=["orders", "pieces"]
    )
    def test_zero_is_no_limit(self, orders, lamp, settings, setting, pieces):
        """The other limit is not reached."""
        OrderFactory.create_batch(2 if setting == "MAX_PENDING_ORDERS" else 1)
        setattr(settings, setting, 0)

        orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, pieces)], ship_to=AN_ADDRESS)

    def test_paid_and_cancelled_orders_and_those_of_others_do_not_count(self, orders, lamp):
        OrderFactory(confirmed=True, lines=[(lamp, 5)])
        OrderFactory(cancelled=True, lines=[(lamp, 5)])
        OrderFactory(user_id=MALLORY, lines=[(lamp, 5)])

        orders.place_order(customer_id=ALICE, lines=[Line(lamp.pk, 5)], ship_to=AN_ADDRESS)

        assert Order.objects.pending().filter(user_id=ALICE).count() == 1
