from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from order_service.exceptions import OrderAlreadyShipped, OrderNotConfirmed, OrderNotPayable
from order_service.models import IdempotencyRecord, Order, OrderLine, Payment
from order_service.tests.factories import MONDAY_NOON, OrderFactory, PaymentFactory

pytestmark = pytest.mark.django_db
CUSTOMER = Order.Reason.CUSTOMER


class TestOrder:
    def test_is_confirmed_and_then_shipped(self):
        order = OrderFactory()

        order.confirm(at=MONDAY_NOON)
        order.ship(at=MONDAY_NOON + timedelta(hours=1))

        order.refresh_from_db()
        times = (MONDAY_NOON, MONDAY_NOON + timedelta(hours=1))
        assert (order.status, order.confirmed_at, order.shipped_at) == ("shipped", *times)

    @pytest.mark.parametrize("trait", ["confirmed", "shipped", "cancelled"])
    def test_that_is_not_pending_cannot_be_confirmed(self, trait):
        with pytest.raises(OrderNotPayable, match=f"is {trait}"):
            OrderFactory(**{trait: True}).confirm(at=MONDAY_NOON)

    @pytest.mark.parametrize("trait", [{}, {"shipped": True}, {"cancelled": True}])
    def test_that_is_not_confirmed_cannot_be_shipped(self, trait):
        with pytest.raises(OrderNotConfirmed):
            OrderFactory(**trait).ship(at=MONDAY_NOON)

    @pytest.mark.parametrize("trait", [{}, {"confirmed": True}])
    def test_is_cancelled_with_time_and_reason(self, trait):
        order = OrderFactory(**trait)

        order.cancel(reason=CUSTOMER, at=MONDAY_NOON)

        order.refresh_from_db()
        assert (order.status, order.cancelled_at, order.cancellation_reason) == ("cancelled", MONDAY_NOON, "customer")

    def test_that_is_shipped_cannot_be_cancelled(self):
        with pytest.raises(OrderAlreadyShipped):
            OrderFactory(shipped=True).cancel(reason=CUSTOMER, at=MONDAY_NOON)

    @pytest.mark.parametrize("wrong", [{"status": "cancelled"}, {"cancelled_at": MONDAY_NOON}])
    def test_the_database_refuses_a_cancellation_without_time_reason_or_status(self, wrong):
        with pytest.raises(IntegrityError):
            OrderFactory(**wrong)

    def test_the_database_refuses_a_line_without_pieces(self):
        with pytest.raises(IntegrityError):
            OrderLine.objects.update_or_create(order=OrderFactory(), defaults={"quantity": 0})

    def test_the_total_of_the_largest_order_fits(self):
        """Fifty lines of a thousand pieces at the highest price."""
        order = OrderFactory(total=50 * 1000 * Decimal("99999999.99"))

        order.refresh_from_db()
        assert order.total == Decimal("4999999999500.00")


class TestPayment:
    def test_the_database_refuses_a_second_payment_of_an_order(self):
        payment = PaymentFactory()

        with pytest.raises(IntegrityError):
            PaymentFactory(order=payment.order)


class TestStr:
    @pytest.mark.parametrize(
        ("row", "name"),
        [
            (Order(pk=1), "order 1 (pending)"),
            (OrderLine(quantity=2, name="Lamp"), "2 x Lamp"),
            (Payment(pk=3), "payment 3 (processing)"),
            (IdempotencyRecord(route="orders", key="k", user_id=7), "orders k of user 7"),
        ],
    )
    def test_describes_the_row(self, row, name):
        assert str(row) == name
