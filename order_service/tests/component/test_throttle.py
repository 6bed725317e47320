"""The rate limit of orders and payments: the setting THROTTLE_ORDERS."""

import pytest

from order_service.tests.component.bodies import a_payment, an_order, assert_problem
from order_service.tests.factories import BOB, OrderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.security]


class TestThrottle:
    @pytest.fixture(autouse=True)
    def two_a_minute(self, settings):
        settings.THROTTLE_ORDERS = "2/min"

    def test_a_third_order_in_a_minute_is_429(self, alice, lamp):
        statuses = [alice.post("/api/orders/", an_order((lamp, 1))).status_code for _ in range(2)]
        third = alice.post("/api/orders/", an_order((lamp, 1)))

        assert statuses == [201, 201]
        assert_problem(third, 429, "THROTTLED")
        assert 1 <= int(third["Retry-After"]) <= 60

    def test_a_payment_after_two_orders_in_a_minute_is_429(self, alice, lamp):
        order = OrderFactory()
        for _ in range(2):
            alice.post("/api/orders/", an_order((lamp, 1)))

        answer = alice.post("/api/payments/", a_payment(order.pk))

        assert_problem(answer, 429, "THROTTLED")
        assert int(answer["Retry-After"]) >= 1
        order.refresh_from_db()
        assert order.status == "pending"

    def test_another_customer_is_not_limited(self, alice, bob, lamp):
        for _ in range(3):
            alice.post("/api/orders/", an_order((lamp, 1)))

        assert bob.post("/api/orders/", an_order((lamp, 1), user_id=BOB)).status_code == 201

    def test_reading_is_limited_by_the_default_rate(self, alice, settings):
        settings.THROTTLE_DEFAULT = "3/min"

        assert [alice.get("/api/orders/").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert alice.get("/health/").status_code == 200

    def test_reading_orders_does_not_count_as_ordering(self, alice):
        assert [alice.get("/api/orders/").status_code for _ in range(5)] == [200] * 5
