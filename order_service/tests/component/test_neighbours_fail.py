"""A neighbour that is down, slow, or answers unexpectedly: the customer gets 503 with Retry-After; nothing changes."""

import time

import pytest

from order_service.models import Order, OutboxMessage, Payment
from order_service.tests.component.bodies import a_payment, an_order, assert_problem
from order_service.tests.component.neighbours import USERS
from order_service.tests.factories import ALICE, OrderFactory
from servicekit.testing.http import FAILURES

pytestmark = pytest.mark.django_db
ORDERS, PAYMENTS = "/api/orders/", "/api/payments/"
UNEXPECTED = {
    "answers 401": {"status": 401},
    "answers 403": {"status": 403},
    "answers 404": {"status": 404, "json": {"code": "NOT_FOUND"}},
    "answers 429": {"status": 429},
    "answers an empty object": {"json": {}},
}


def assert_unavailable(answer):
    assert_problem(answer, 503, "NEIGHBOUR_UNAVAILABLE")
    assert int(answer["Retry-After"]) > 0


class TestUserService:
    @pytest.fixture(autouse=True)
    def changes_nothing(self, lamp):
        yield
        lamp.refresh_from_db()
        assert lamp.stock_quantity == 10
        assert not Order.objects.exists()
        assert not OutboxMessage.objects.exists()

    @pytest.mark.parametrize(
        "failure",
        [
            *FAILURES.values(),
            *UNEXPECTED.values(),
            {"json": {"id": ALICE + 1, "is_active": True}},
            {"json": {"id": ALICE, "is_active": "yes"}},
        ],
    )
    def test_when_the_lookup_of_the_customer_fails_ordering_is_503(self, alice, lamp, user_service, failure):
        user_service.answers(ALICE, **failure)

        assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

    @pytest.mark.parametrize("failure", [*FAILURES.values(), *UNEXPECTED.values()])
    def test_when_it_issues_no_service_token_ordering_is_503(self, alice, lamp, user_service, failure):
        user_service.socket.upsert("POST", f"{USERS}/api/auth/service-token/", **failure)

        assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

    def test_after_repeated_failures_it_is_not_called_for_a_while(self, alice, lamp, user_service):
        user_service.answers(ALICE, status=500)
        for _ in range(10):
            assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

        asked, started = len(user_service.asked_for(ALICE)), time.monotonic()
        assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

        assert len(user_service.asked_for(ALICE)) == asked
        assert time.monotonic() - started < 1

    def test_when_it_is_down_products_and_orders_can_be_read(self, alice, nobody, user_service, lamp):
        user_service.answers(ALICE, status=500)

        assert nobody.get("/api/products/").status_code == 200
        assert alice.get(ORDERS).status_code == 200


class TestGateway:
    @pytest.fixture
    def order(self, lamp):
        return OrderFactory(lines=[(lamp, 2)])

    @pytest.mark.parametrize("failure", [*FAILURES.values(), *UNEXPECTED.values(), {"json": {"status": "maybe"}}])
    def test_when_it_fails_the_order_can_be_paid_later(self, alice, order, lamp, gateway, failure):
        gateway.fails(**failure)
        assert_unavailable(alice.post(PAYMENTS, a_payment(order.pk)))

        lamp.refresh_from_db()
        assert alice.get(f"{ORDERS}{order.pk}/").json()["status"] == "pending"
        assert lamp.stock_quantity == 10
        assert not OutboxMessage.objects.exists()

        gateway.works()
        assert alice.post(PAYMENTS, a_payment(order.pk)).json()["status"] == "completed"
        assert len(gateway.charges) == 1

    def test_a_charge_whose_answer_was_lost_is_made_once(self, alice, order, gateway):
        """The second attempt finds the charge of the first."""
        gateway.fails(status=504)
        assert_unavailable(alice.post(PAYMENTS, a_payment(order.pk)))
        gateway.charges[str(Payment.objects.get().charge_key)] = "paid"
        gateway.works()

        assert alice.post(PAYMENTS, a_payment(order.pk)).json()["status"] == "completed"
        assert len(gateway.charges) == 1

    def test_without_an_outcome_the_order_cannot_be_cancelled(self, alice, order, gateway):
        gateway.fails(status=504)
        alice.post(PAYMENTS, a_payment(order.pk))

        assert_problem(alice.post(f"{ORDERS}{order.pk}/cancel/"), 409, "PAYMENT_IN_PROGRESS")
