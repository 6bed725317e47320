"""POST /api/orders/{id}/ship/."""

import pytest

from order_service.models import Order
from order_service.tests.component.bodies import assert_problem
from order_service.tests.factories import OrderFactory
from servicekit.testing.messages import published

pytestmark = pytest.mark.django_db


def ship(client, order_id):
    return client.post(f"/api/orders/{order_id}/ship/")


class TestShip:
    def test_ships_a_confirmed_order_and_tells_the_customer(self, staff, alice):
        order = OrderFactory(confirmed=True)

        answer = ship(staff, order.pk)

        seen = alice.get(f"/api/orders/{order.pk}/").json()
        assert (answer.status_code, answer.json()) == (200, seen)
        assert seen["status"] == "shipped"
        assert [event.type for event in published()] == ["order.shipped"]

    def test_a_second_time_gives_the_same_answer(self, staff):
        order = OrderFactory(confirmed=True)

        first, second = ship(staff, order.pk), ship(staff, order.pk)

        assert (second.status_code, second.json()) == (200, first.json())
        assert len(published()) == 1

    @pytest.mark.parametrize("trait", [{}, {"cancelled": True}])
    def test_an_order_that_is_not_confirmed_is_409(self, staff, trait):
        assert_problem(ship(staff, OrderFactory(**trait).pk), 409, "ORDER_NOT_CONFIRMED")
        assert published() == []

    def test_an_unknown_order_is_404(self, staff):
        assert_problem(ship(staff, 4711), 404, "ORDER_NOT_FOUND")

    def test_a_shipped_order_cannot_be_cancelled(self, staff, alice):
        order = OrderFactory(confirmed=True)
        ship(staff, order.pk)

        assert_problem(alice.post(f"/api/orders/{order.pk}/cancel/"), 409, "ORDER_ALREADY_SHIPPED")

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("alice", 403, "PERMISSION_DENIED"),
            ("mallory", 403, "PERMISSION_DENIED"),
            ("service", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_only_staff_may_ship(self, request, who, status, code):
        order = OrderFactory(confirmed=True)

        assert_problem(ship(request.getfixturevalue(who), order.pk), status, code)

        assert Order.objects.get().status == "confirmed"
        assert published() == []
