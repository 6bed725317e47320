import pytest

from order_service.exceptions import OrderAlreadyShipped, OrderNotFound, PaymentInProgress
from order_service.models import Order
from order_service.tests.factories import ALICE, MALLORY, MONDAY_NOON, OrderFactory, PaymentFactory
from servicekit.testing.messages import commands, published

pytestmark = pytest.mark.django_db
CUSTOMER, STAFF = Order.Reason.CUSTOMER, Order.Reason.STAFF


class TestCancelOrder:
    def test_puts_the_pieces_back_into_stock(self, orders, lamp, chair):
        order = OrderFactory(lines=[(lamp, 2), (chair, 1)])

        cancelled = orders.cancel_order(order_id=order.pk, reason=CUSTOMER, owner_id=ALICE)

        lamp.refresh_from_db()
        chair.refresh_from_db()
        assert (cancelled.status, cancelled.cancelled_at) == ("cancelled", MONDAY_NOON)
        assert (lamp.stock_quantity, chair.stock_quantity) == (12, 4)

    def test_announces_it_with_the_reason(self, orders):
        order = OrderFactory()

        orders.cancel_order(order_id=order.pk, reason=STAFF)

        [event] = published()
        assert event.type == "order.cancelled"
        assert event.data == {
            "order_id": order.pk,
            "user_id": ALICE,
            "reason": "staff",
            "cancelled_at": "2026-11-16T12:00:00Z",
        }

    def test_starts_the_refund_of_a_paid_order(self, orders):
        payment = PaymentFactory(completed=True, order=OrderFactory(confirmed=True))

        orders.cancel_order(order_id=payment.order_id, reason=CUSTOMER, owner_id=ALICE)

        payment.refresh_from_db()
        assert (payment.status, payment.settled_at) == ("refunding", MONDAY_NOON)
        assert commands() == [("order_service.refund", {"payment_id": payment.pk})]

    def test_starts_no_refund_of_another_order(self, orders):
        another = PaymentFactory(completed=True, order=OrderFactory(confirmed=True))

        orders.cancel_order(order_id=OrderFactory().pk, reason=CUSTOMER)

        another.refresh_from_db()
        assert (another.status, commands()) == ("completed", [])

    def test_a_second_time_changes_and_announces_nothing(self, orders, lamp):
        order = OrderFactory(lines=[(lamp, 2)])
        orders.cancel_order(order_id=order.pk, reason=CUSTOMER)

        again = orders.cancel_order(order_id=order.pk, reason=STAFF)

        lamp.refresh_from_db()
        assert (again.status, again.cancellation_reason) == ("cancelled", "customer")
        assert lamp.stock_quantity == 12
        assert len(published()) == 1

    def test_refuses_a_shipped_order(self, orders, lamp):
        shipped_order = OrderFactory(shipped=True, lines=[(lamp, 2)])

        with pytest.raises(OrderAlreadyShipped):
            orders.cancel_order(order_id=shipped_order.pk, reason=STAFF)

        lamp.refresh_from_db()
        assert lamp.stock_quantity == 10
        assert published() == []

    def test_cancels_while_the_payment_of_another_order_has_no_outcome(self, orders):
        PaymentFactory(processing=True)

        assert orders.cancel_order(order_id=OrderFactory().pk, reason=CUSTOMER).is_cancelled

    def test_refuses_while_the_payment_has_no_outcome(self, orders):
        payment = PaymentFactory(processing=True)

        with pytest.raises(PaymentInProgress):
            orders.cancel_order(order_id=payment.order_id, reason=CUSTOMER)

        payment.order.refresh_from_db()
        assert payment.order.status == "pending"

    def test_refuses_the_order_of_another_customer(self, orders):
        order = OrderFactory(user_id=ALICE)

        with pytest.raises(OrderNotFound):
            orders.cancel_order(order_id=order.pk, reason=CUSTOMER, owner_id=MALLORY)

        order.refresh_from_db()
        assert order.status == "pending"


class TestCancelUnpaid:
    def test_cancels_an_order_that_is_unpaid_for_half_an_hour(self, orders, clock, lamp):
        order = OrderFactory(lines=[(lamp, 2)], created_at=clock())
        clock.advance(minutes=30)

        assert orders.cancel_unpaid() == 1

        order.refresh_from_db()
        lamp.refresh_from_db()
        assert (order.status, order.cancellation_reason) == ("cancelled", "unpaid")
        assert lamp.stock_quantity == 12
        [event] = published()
        assert event.data["reason"] == "unpaid"

    def test_leaves_an_order_that_is_unpaid_for_less(self, orders, clock):
        OrderFactory(created_at=clock())
        clock.advance(minutes=29, seconds=59)

        assert orders.cancel_unpaid() == 0

        assert published() == []

    @pytest.mark.parametrize("trait", ["confirmed", "shipped", "cancelled"])
    def test_leaves_an_order_that_is_not_pending(self, orders, clock, trait):
        OrderFactory(**{trait: True})
        clock.advance(minutes=31)

        assert orders.cancel_unpaid() == 0

    def test_leaves_an_order_whose_payment_is_in_progress(self, orders, clock):
        payment = PaymentFactory(processing=True)
        unpaid = OrderFactory()
        clock.advance(minutes=31)

        assert orders.cancel_unpaid() == 1

        [event] = published()
        assert event.subject == str(unpaid.pk)
        payment.order.refresh_from_db()
        assert payment.order.status == "pending"

    def test_cancels_an_order_whose_charge_is_unknown_to_the_gateway(self, orders, clock):
        PaymentFactory(failed=True)
        clock.advance(minutes=31)

        assert orders.cancel_unpaid() == 1

    def test_puts_the_pieces_of_many_orders_back_into_stock(self, orders, clock, lamp, chair, monkeypatch):
        """More than one batch; one product in several orders."""
        monkeypatch.setattr("order_service.services.orders.BATCH", 2)
        OrderFactory.create_batch(3, lines=[(lamp, 1), (chair, 2)])
        clock.advance(minutes=31)

        assert orders.cancel_unpaid() == 3

        lamp.refresh_from_db()
        chair.refresh_from_db()
        assert (lamp.stock_quantity, chair.stock_quantity) == (13, 9)

    def test_a_second_run_cancels_nothing(self, orders, clock):
        OrderFactory()
        clock.advance(minutes=31)
        orders.cancel_unpaid()

        assert orders.cancel_unpaid() == 0
        assert len(published()) == 1
