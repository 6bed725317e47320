"""What notification_service needs of order_service's events, and the rows that each event makes."""

import pytest

from notification_service.celery_app import app
from notification_service.models import Delivery, Notification
from tests.support.contracts import matchers
from tests.support.contracts.messages import EVENT_ID, EventContract

pytestmark = pytest.mark.django_db


@pytest.fixture
def order_service() -> EventContract:
    return EventContract("notification_service", "order_service")


class TestOrderPlaced:
    def test_the_customer_is_notified_of_the_items_and_the_total(self, order_service):
        order_service.receives(
            "order.placed",
            "an order was placed",
            subject="42",
            data={
                "order_id": matchers.integer(42),
                "user_id": matchers.integer(7),
                "total": matchers.money("59.98"),
                "placed_at": matchers.timestamp("2026-11-19T10:05:00Z"),
                "items": matchers.list_of(
                    {
                        "name": matchers.text("Lamp"),
                        "quantity": matchers.integer(2),
                        "price": matchers.money("29.99"),
                    }
                ),
            },
        )

        order_service.handled_by(app)

        [placed] = Notification.objects.all()
        assert (placed.user_id, placed.event_id, placed.type) == (7, EVENT_ID, "order.placed")
        assert "42" in placed.message
        assert "59.98" in placed.message
        assert "Placed on 19 November 2026, 10:05 UTC.\n  2 x Lamp, 29.99 each" in Delivery.objects.get().body


class TestOrderConfirmed:
    def test_the_customer_is_notified_of_the_time_of_payment(self, order_service):
        order_service.receives(
            "order.confirmed",
            "an order was paid",
            subject="42",
            data={
                "order_id": matchers.integer(42),
                "user_id": matchers.integer(7),
                "total": matchers.money("59.98"),
                "confirmed_at": matchers.timestamp("2026-11-19T10:20:00Z"),
            },
        )

        order_service.handled_by(app)

        [confirmed] = Notification.objects.all()
        assert (confirmed.user_id, confirmed.type) == (7, "order.confirmed")
        assert "42" in confirmed.message
        assert "19 November 2026, 10:20 UTC" in Delivery.objects.get().body


class TestOrderShipped:
    def test_the_customer_is_notified_of_the_time_of_shipping(self, order_service):
        order_service.receives(
            "order.shipped",
            "an order was shipped",
            subject="42",
            data={
                "order_id": matchers.integer(42),
                "user_id": matchers.integer(7),
                "shipped_at": matchers.timestamp("2026-11-21T08:15:00Z"),
            },
        )

        order_service.handled_by(app)

        [shipped] = Notification.objects.all()
        assert (shipped.user_id, shipped.type) == (7, "order.shipped")
        assert "42" in shipped.message
        assert "21 November 2026, 08:15 UTC" in Delivery.objects.get().body


class TestOrderCancelled:
    @pytest.mark.parametrize(
        ("description", "reason", "sentence"),
        [
            ("an order was cancelled by its customer", "customer", "as you asked"),
            ("an order was cancelled by the staff", "staff", "by the shop"),
            ("an order was cancelled because its payment was declined", "declined", "the payment was declined"),
            ("an order was cancelled because it was not paid in time", "unpaid", "it was not paid in time"),
        ],
    )
    def test_the_customer_is_notified_of_the_reason(self, order_service, description, reason, sentence):
        """Each reason is part of the contract, because each has its own sentence."""
        order_service.receives(
            "order.cancelled",
            description,
            subject="42",
            data={
                "order_id": matchers.integer(42),
                "user_id": matchers.integer(7),
                "reason": reason,
                "cancelled_at": matchers.timestamp("2026-11-19T10:35:00Z"),
            },
        )

        order_service.handled_by(app)

        [cancelled] = Notification.objects.all()
        assert (cancelled.user_id, cancelled.type) == (7, "order.cancelled")
        assert sentence in cancelled.message
        assert "19 November 2026, 10:35 UTC" in Delivery.objects.get().body
