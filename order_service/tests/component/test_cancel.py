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
    def test_owner_and_staff_may_cancel(self, request, who, reason, lamp):
        order = OrderFactory(lines=[(lamp, 2)])

        answer = cancel(request.getfixturevalue(who), order)

        lamp.refresh_from_db()
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert lamp.stock_quantity == 12
        assert [event.data["reason"] for event in published()] == [reason]

    def test_a_second_time_gives_the_same_answer(self, alice):
        order = OrderFactory()

        assert cancel(alice, order).json() == cancel(alice, order).json()
        assert len(published()) == 1

    def test_a_shipped_order_is_409(self, alice):
        assert_problem(cancel(alice, OrderFactory(shipped=True)), 409, "ORDER_ALREADY_SHIPPED")

    def test_an_order_whose_payment_has_no_outcome_is_409(self, alice):
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
    def test_others_may_not_cancel(self, request, who, status, code):
        order = OrderFactory()

        assert_problem(cancel(request.getfixturevalue(who), order), status, code)

        assert Order.objects.get().status == "pending"

    @pytest.mark.parametrize("body", [b"\xff", b"[", b'{"status": "shipped"}'])
    def test_a_body_is_ignored(self, alice, body):
        order = OrderFactory()

        answer = alice.post(f"/api/orders/{order.pk}/cancel/", body, content_type="application/json")

        assert answer.json()["status"] == "cancelled"
