"""What a customer sees when a neighbour is down, slow, or talks nonsense: 503 with Retry-After, and nothing changed."""

import time

import pytest

from order_service.models import Order, OutboxMessage, Payment
from order_service.tests.component.bodies import a_payment, an_order, assert_problem
from order_service.tests.component.neighbours import USERS
from order_service.tests.factories import ALICE, OrderFactory
from servicekit.testing.http import FAILURES

pytestmark = pytest.mark.django_db
ORDERS, PAYMENTS = "/api/orders/", "/api/payments/"
NONSENSE = {
    "answers 401": {"status": 401},
    "answers 403": {"status": 403},
    "answers 404": {"status": 404, "json": {"code": "NOT_FOUND"}},
    "answers 429": {"status": 429},
    "forgets what was asked": {"json": {}},
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
            *NONSENSE.values(),
            {"json": {"id": ALICE + 1, "is_active": True}},
            {"json": {"id": ALICE, "is_active": "yes"}},
        ],
    )
    def test_fails_when_asked_for_the_customer(self, alice, lamp, user_service, failure):
        user_service.answers(ALICE, **failure)

        assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

    @pytest.mark.parametrize("failure", [*FAILURES.values(), *NONSENSE.values()])
    def test_gives_us_no_token(self, alice, lamp, user_service, failure):
        user_service.socket.upsert("POST", f"{USERS}/api/auth/service-token/", **failure)

        assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

    def test_is_left_alone_after_failing_repeatedly(self, alice, lamp, user_service):
        user_service.answers(ALICE, status=500)
        for _ in range(10):
            assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

        asked, started = len(user_service.asked_for(ALICE)), time.monotonic()
        assert_unavailable(alice.post(ORDERS, an_order((lamp, 1))))

        assert len(user_service.asked_for(ALICE)) == asked
        assert time.monotonic() - started < 1

    def test_does_not_keep_anybody_from_looking(self, alice, nobody, user_service, lamp):
        user_service.answers(ALICE, status=500)

        assert nobody.get("/api/products/").status_code == 200
        assert alice.get(ORDERS).status_code == 200


class TestGateway:
    @pytest.fixture
    def order(self, lamp):
        return OrderFactory(lines=[(lamp, 2)])

    @pytest.mark.parametrize("failure", [*FAILURES.values(), *NONSENSE.values(), {"json": {"status": "maybe"}}])
    def test_fails_and_the_order_can_still_be_paid(self, alice, order, lamp, gateway, failure):
        gateway.fails(**failure)
        assert_unavailable(alice.post(PAYMENTS, a_payment(order.pk)))

        lamp.refresh_from_db()
        assert alice.get(f"{ORDERS}{order.pk}/").json()["status"] == "pending"
        assert lamp.stock_quantity == 10
        assert not OutboxMessage.objects.exists()

        gateway.works()
        assert alice.post(PAYMENTS, a_payment(order.pk)).json()["status"] == "completed"
        assert len(gateway.charges) == 1

    def test_charges_and_hangs_up(self, alice, order, gateway):
        """The second attempt finds the first one's charge, and makes no other."""
        gateway.fails(status=504)
        assert_unavailable(alice.post(PAYMENTS, a_payment(order.pk)))
        gateway.charges[str(Payment.objects.get().charge_key)] = "paid"
        gateway.works()

        assert alice.post(PAYMENTS, a_payment(order.pk)).json()["status"] == "completed"
        assert len(gateway.charges) == 1

    def test_keeps_the_order_from_being_cancelled_until_it_is_clear(self, alice, order, gateway):
        gateway.fails(status=504)
        alice.post(PAYMENTS, a_payment(order.pk))

        assert_problem(alice.post(f"{ORDERS}{order.pk}/cancel/"), 409, "PAYMENT_IN_PROGRESS")
