"""GET /api/payments/{id}/, /api/payments/backlog/, and the payment in an order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from order_service.models import Payment
from order_service.tests.component.bodies import a_payment, assert_problem
from order_service.tests.factories import BOB, OrderFactory, PaymentFactory

pytestmark = pytest.mark.django_db
BACKLOG = "/api/payments/backlog/"


@pytest.fixture
def payment():
    return PaymentFactory(completed=True, order=OrderFactory(confirmed=True))


class TestPayment:
    def test_is_shown_to_its_owner_and_to_staff(self, alice, staff, payment):
        expected = {
            "payment_id": payment.pk,
            "order_id": payment.order_id,
            "status": "completed",
            "amount": "40.00",
            "brand": "visa",
            "last_four": "6467",
        }

        assert alice.get(f"/api/payments/{payment.pk}/").json() == expected
        assert staff.get(f"/api/payments/{payment.pk}/").json() == expected

    def test_of_another_customer_and_an_unknown_one_are_404(self, bob, payment):
        assert_problem(bob.get(f"/api/payments/{payment.pk}/"), 404, "PAYMENT_NOT_FOUND")
        assert_problem(bob.get(f"/api/payments/{payment.pk + 1}/"), 404, "PAYMENT_NOT_FOUND")

    def test_is_not_shown_without_a_token(self, nobody, payment):
        assert nobody.get(f"/api/payments/{payment.pk}/").status_code == 401

    def test_is_part_of_its_order(self, alice, payment):
        order = alice.get(f"/api/orders/{payment.order_id}/").json()

        assert order["payment"] == alice.get(f"/api/payments/{payment.pk}/").json()
        assert alice.get("/api/orders/").json()["results"] == [order]

    def test_of_an_order_that_nobody_tried_to_pay_is_null(self, alice):
        assert alice.get(f"/api/orders/{OrderFactory().pk}/").json()["payment"] is None

    def test_of_twenty_orders_takes_as_many_queries_as_of_two(self, bob, django_assert_max_num_queries):
        PaymentFactory.create_batch(20, completed=True, order__user_id=BOB, order__confirmed=True)

        with django_assert_max_num_queries(5):
            assert len(bob.get("/api/orders/").json()["results"]) == 20


class TestLostAnswer:
    def test_the_same_request_gets_the_payment_that_was_settled_in_the_background(self, alice, lamp, gateway):
        order, key = OrderFactory(lines=[(lamp, 2)]), {"HTTP_IDEMPOTENCY_KEY": "k-1"}
        gateway.fails(status=500)
        assert alice.post("/api/payments/", a_payment(order.pk), **key).status_code == 503
        gateway.charges[str(Payment.objects.get().charge_key)] = "paid"
        settle_payments()

        again = alice.post("/api/payments/", a_payment(order.pk), **key)

        assert (again.status_code, again.json()["status"]) == (200, "completed")
        assert alice.post("/api/payments/", a_payment(order.pk), **key).json() == again.json()


class TestBacklog:
    def test_tells_staff_how_much_money_waits_and_for_how_long(self, staff):
        hours_ago = timezone.now() - timedelta(hours=2)
        PaymentFactory(processing=True, started_at=timezone.now())
        PaymentFactory(refunding=True, settled_at=hours_ago)
        PaymentFactory(refunding=True)

        payments, refunds = staff.get(BACKLOG).json()

        assert (payments["name"], payments["count"], payments["is_stuck"]) == ("unsettled payments", 1, False)
        assert (refunds["name"], refunds["count"], refunds["is_stuck"]) == ("refunds", 2, True)

    def test_is_for_staff_alone(self, alice, nobody):
        assert alice.get(BACKLOG).status_code == 403
        assert nobody.get(BACKLOG).status_code == 401


def settle_payments():
    from order_service.celery_app import app

    app.loader.import_default_modules()
    app.tasks["order_service.settle_payments"]()
