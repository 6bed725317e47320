"""POST /api/payments/."""

import logging

import pytest
from django.apps import apps
from django.core import serializers

from order_service.models import Order, Payment
from order_service.tests.component.bodies import a_payment, assert_problem
from order_service.tests.factories import EMPTY_CARD, GOOD_CARD, OrderFactory, PaymentFactory
from servicekit.testing.messages import published

pytestmark = pytest.mark.django_db
PAYMENTS = "/api/payments/"


@pytest.fixture
def order(lamp):
    return OrderFactory(lines=[(lamp, 2)])


class TestPay:
    def test_confirms_the_order(self, alice, order):
        answer = alice.post(PAYMENTS, a_payment(order.pk))

        assert answer.status_code == 200
        assert answer.json() == {
            "payment_id": Payment.objects.get().pk,
            "order_id": order.pk,
            "status": "completed",
            "amount": "40.00",
            "brand": "visa",
            "last_four": "1111",
        }
        assert alice.get(f"/api/orders/{order.pk}/").json()["status"] == "confirmed"
        assert [event.type for event in published()] == ["order.confirmed"]

    def test_cancels_the_order_when_declined(self, alice, order, lamp):
        answer = alice.post(PAYMENTS, a_payment(order.pk, card_number=EMPTY_CARD.number))

        lamp.refresh_from_db()
        assert (answer.status_code, answer.json()["status"]) == (200, "declined")
        assert alice.get(f"/api/orders/{order.pk}/").json()["status"] == "cancelled"
        assert lamp.stock_quantity == 12

    def test_takes_a_number_as_it_is_printed(self, alice, order):
        answer = alice.post(PAYMENTS, a_payment(order.pk, card_number="4111 1111 1111 1111"))

        assert answer.json()["last_four"] == "1111"

    def test_charges_the_orders_amount_whatever_the_body_says(self, alice, order):
        assert alice.post(PAYMENTS, a_payment(order.pk, amount="0.01")).json()["amount"] == "40.00"


@pytest.mark.security
class TestCardData:
    def test_is_kept_nowhere(self, alice, order, caplog):
        """Neither in a table, nor in a log line."""
        with caplog.at_level(logging.DEBUG):
            alice.post(PAYMENTS, a_payment(order.pk), headers={"Idempotency-Key": "k-1"})

        rows = [row for model in apps.get_app_config("order_service").get_models() for row in model.objects.all()]
        kept = serializers.serialize("json", rows) + caplog.text
        assert "last_four" in kept
        assert GOOD_CARD.number not in kept
        assert f'"{GOOD_CARD.cvv}"' not in kept

    def test_is_not_repeated_in_an_answer(self, alice, order):
        answer = alice.post(PAYMENTS, a_payment(order.pk, card_number="4111111111111112"))

        assert answer.json() == {"card_number": ["This is not a card number."]}


class TestRefused:
    @pytest.fixture(autouse=True)
    def charges_nothing(self, gateway):
        yield
        assert gateway.charges == {}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("order_id", None),
            ("order_id", 0),
            ("order_id", "first"),
            ("order_id", 1.5),
            ("card_number", ""),
            ("card_number", None),
            ("card_number", "4111111111111112"),
            ("card_number", "4111-1111-1111-1111"),
            ("card_number", "\u0664111111111111111"),
            ("card_number", "0" * 11),
            ("card_number", "0" * 20),
            ("card_number", "0" * 41),
            ("card_number", {}),
            ("exp_month", 0),
            ("exp_month", 13),
            ("exp_month", "May"),
            ("exp_year", 30),
            ("exp_year", 2025),
            ("exp_year", 20300),
            ("cvv", ""),
            ("cvv", "12"),
            ("cvv", "12345"),
            ("cvv", "abc"),
            ("cvv", "\u0661\u0662\u0663"),
            ("cvv", None),
        ],
    )
    def test_for_a_field_that_is_wrong(self, alice, order, field, value):
        answer = alice.post(PAYMENTS, a_payment(order.pk, **{field: value}))

        assert (answer.status_code, set(answer.json())) == (400, {field}), answer.content
        assert Order.objects.get().status == "pending"

    @pytest.mark.parametrize("trait", ["confirmed", "shipped", "cancelled"])
    def test_for_an_order_that_is_not_pending(self, alice, trait):
        order = OrderFactory(**{trait: True})

        assert_problem(alice.post(PAYMENTS, a_payment(order.pk)), 409, "ORDER_NOT_PAYABLE")

    def test_while_another_payment_has_not_ended(self, alice):
        payment = PaymentFactory(processing=True)
        Payment.objects.update(claimed_until="2999-01-01T00:00Z")

        assert_problem(alice.post(PAYMENTS, a_payment(payment.order_id)), 409, "PAYMENT_IN_PROGRESS")

    @pytest.mark.security
    @pytest.mark.parametrize(
        ("who", "status", "code"),
        [
            ("nobody", 401, "NOT_AUTHENTICATED"),
            ("mallory", 404, "ORDER_NOT_FOUND"),
            ("staff", 404, "ORDER_NOT_FOUND"),
            ("service", 403, "PERMISSION_DENIED"),
        ],
    )
    def test_to_all_but_the_owner(self, request, order, who, status, code):
        assert_problem(request.getfixturevalue(who).post(PAYMENTS, a_payment(order.pk)), status, code)

    def test_for_an_order_that_does_not_exist(self, alice):
        assert_problem(alice.post(PAYMENTS, a_payment(4711)), 404, "ORDER_NOT_FOUND")
