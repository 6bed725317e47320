"""POST /api/orders/{id}/cancel/."""

import pytest

from order_service.models import Order
from order_service.tests.component.bodies import assert_problem
from order_service.tests.factories import OrderFactory, PaymentFactory
from servicekit.testing.messages import published

pytestmark = pytest.mark.django_db


def cancel(client, order):
    return client.post(f"/api/orders/{order.pk}/cancel/")


class TestCancel:
    @pytest.mark.parametrize(("who", "reason"), [("alice", "customer"), ("staff", "staff")])
    def test_is_for_the_owner_and_the_staff(self, request, who, reason, lamp):
        order = OrderFactory(lines=[(lamp, 2)])

        answer = cancel(request.getfixturevalue(who), order)

        lamp.refresh_from_db()
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert lamp.stock_quantity == 12
        assert [event.data["reason"] for event in published()] == [reason]

    def test_twice_is_fine(self, alice):
        order = OrderFactory()

        assert cancel(alice, order).json() == cancel(alice, order).json()
        assert len(published()) == 1

    def test_is_too_late_once_shipped(self, alice):
        assert_problem(cancel(alice, OrderFactory(shipped=True)), 409, "ORDER_ALREADY_SHIPPED")

    def test_waits_for_a_payment_that_has_not_ended(self, alice):
        answer = cancel(alice, PaymentFactory(processing=True).order)

        assert_problem(answer, 409, "PAYMENT_IN_PROGRESS")
        assert answer["Retry-After"] == "5"

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("mallory", 404, "ORDER_NOT_FOUND"),
            ("service", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_is_for_nobody_else(self, request, who, status, code):
        order = OrderFactory()

        assert_problem(cancel(request.getfixturevalue(who), order), status, code)

        assert Order.objects.get().status == "pending"

    @pytest.mark.parametrize("body", [b"\xff", b"[", b'{"status": "shipped"}'])
    def test_does_not_even_look_at_a_body(self, alice, body):
        order = OrderFactory()

        answer = alice.post(f"/api/orders/{order.pk}/cancel/", body, content_type="application/json")

        assert answer.json()["status"] == "cancelled"
