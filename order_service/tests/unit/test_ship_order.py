import pytest

from order_service.exceptions import OrderNotConfirmed, OrderNotFound
from order_service.tests.factories import ALICE, OrderFactory
from servicekit.testing.messages import published

pytestmark = pytest.mark.django_db


class TestShipOrder:
    def test_changes_the_status_and_keeps_the_time(self, orders, clock):
        order = OrderFactory(confirmed=True)
        clock.advance(hours=3)

        shipped = orders.ship_order(order_id=order.pk)

        order.refresh_from_db()
        assert order.status == shipped.status == "shipped"
        assert order.shipped_at == clock()

    def test_announces_it(self, orders, clock):
        order = OrderFactory(confirmed=True)
        clock.advance(hours=3)

        orders.ship_order(order_id=order.pk)

        [event] = published()
        assert (event.type, event.subject) == ("order.shipped", str(order.pk))
        assert event.data == {"order_id": order.pk, "user_id": ALICE, "shipped_at": "2026-11-16T15:00:00Z"}

    def test_a_second_time_changes_and_announces_nothing(self, orders, clock):
        order = OrderFactory(confirmed=True)
        first = orders.ship_order(order_id=order.pk)
        clock.advance(hours=1)

        second = orders.ship_order(order_id=order.pk)

        assert (second.status, second.shipped_at) == ("shipped", first.shipped_at)
        assert len(published()) == 1

    @pytest.mark.parametrize("trait", [{}, {"cancelled": True}])
    def test_refuses_an_order_that_is_not_confirmed(self, orders, trait):
        order = OrderFactory(**trait)

        with pytest.raises(OrderNotConfirmed):
            orders.ship_order(order_id=order.pk)

        order.refresh_from_db()
        assert (order.status, order.shipped_at) == ("cancelled" if trait else "pending", None)
        assert published() == []

    def test_refuses_an_unknown_order(self, orders):
        with pytest.raises(OrderNotFound):
            orders.ship_order(order_id=4711)
