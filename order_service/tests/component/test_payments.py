"""POST /api/payments/."""

import logging

import pytest
from django.apps import apps
from django.core import serializers

from order_service.models import Order, Payment
from order_service.tests.component.bodies import a_payment, assert_problem
from order_service.tests.factories import BILLING_ADDRESS, DECLINED_CARD, GOOD_CARD, OrderFactory, PaymentFactory
from servicekit.base.telemetry import json_formatter
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
            "last_four": "6467",
        }
        assert alice.get(f"/api/orders/{order.pk}/").json()["status"] == "confirmed"
        assert [event.type for event in published()] == ["order.confirmed"]

    def test_cancels_the_order_when_declined(self, alice, order, lamp):
        answer = alice.post(PAYMENTS, a_payment(order.pk, DECLINED_CARD))

        lamp.refresh_from_db()
        assert (answer.status_code, answer.json()["status"]) == (200, "declined")
        assert alice.get(f"/api/orders/{order.pk}/").json()["status"] == "cancelled"
        assert lamp.stock_quantity == 12

    def test_accepts_a_card_number_with_spaces(self, alice, order):
        answer = alice.post(PAYMENTS, a_payment(order.pk, card_number="4539 1488 0343 6467"))

        assert answer.json()["last_four"] == "6467"

    @pytest.mark.parametrize(("month", "year"), [(3, 2030), ("3", "2030"), ("03", 2030), (3, "2030")])
    def test_accepts_month_and_year_as_number_or_text(self, alice, order, gateway, month, year):
        alice.post(PAYMENTS, a_payment(order.pk, expiry_month=month, expiry_year=year))

        [charge] = gateway.asked_to_charge
        assert (charge["card"]["expiry_month"], charge["card"]["expiry_year"]) == (3, 2030)

    def test_sends_card_and_billing_address_to_the_gateway(self, alice, order, gateway):
        """The gateway verifies the address."""
        alice.post(PAYMENTS, a_payment(order.pk))

        assert gateway.asked_to_charge == [
            {
                "amount": "40.00",
                "card": {"number": "4539148803436467", "expiry_month": 11, "expiry_year": 2030, "cvv": "737"},
                "billing_address": BILLING_ADDRESS,
            }
        ]

    def test_an_amount_in_the_body_is_ignored(self, alice, order):
        assert alice.post(PAYMENTS, a_payment(order.pk) | {"amount": "0.01"}).json()["amount"] == "40.00"


@pytest.mark.security
class TestCardData:
    @pytest.fixture
    def stored_and_logged(self, caplog):
        """All rows and log lines, as text."""
        caplog.set_level(logging.DEBUG)
        formatter = json_formatter()
        models = apps.get_app_config("order_service").get_models()

        def read():
            rows = [row for model in models for row in model.objects.all()]
            return serializers.serialize("json", rows) + "".join(map(formatter.format, caplog.records))

        return read

    @pytest.mark.parametrize("outcome", ["paid", "expired", "gateway down"])
    def test_is_neither_stored_nor_logged(self, alice, order, gateway, stored_and_logged, outcome):
        """Neither is the billing address."""
        changes = {"expiry_year": 2020} if outcome == "expired" else {}
        if outcome == "gateway down":
            gateway.fails(status=500)

        alice.post(PAYMENTS, a_payment(order.pk, **changes), headers={"Idempotency-Key": "k-1"})

        kept = stored_and_logged()
        assert '"/api/payments/"' in kept
        assert f'"pk": {order.pk}' in kept
        secrets = [GOOD_CARD.number, f'"{GOOD_CARD.cvv}"', BILLING_ADDRESS["street"]]
        assert [secret for secret in secrets if secret in kept] == []

    @pytest.mark.parametrize("part", ["payment_method", "card_details", "billing_address"])
    def test_is_not_repeated_in_an_error_message_of_another_field(self, alice, order, part):
        answer = alice.post(PAYMENTS, a_payment(order.pk) | {part: GOOD_CARD.number})

        assert (answer.status_code, set(answer.json())) == (400, {part})
        assert GOOD_CARD.number not in answer.content.decode()

    @pytest.mark.parametrize(
        ("part", "field"),
        [
            *(("card_details", field) for field in ("card_number", "expiry_month", "expiry_year", "cvv")),
            ("billing_address", "country"),
        ],
    )
    def test_is_not_repeated_in_a_nested_error_message(self, alice, order, part, field):
        body, not_a_card_number = a_payment(order.pk), "4539148803436468"
        body[part] |= {field: not_a_card_number}

        answer = alice.post(PAYMENTS, body)

        assert (answer.status_code, set(answer.json()[part])) == (400, {field})
        assert not_a_card_number not in answer.content.decode()


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
            ("payment_method", None),
            ("payment_method", ""),
            ("payment_method", "bank_transfer"),
            ("card_details", None),
            ("card_details", []),
            ("billing_address", None),
            ("billing_address", "22 Bank Street"),
        ],
    )
    def test_an_invalid_field_is_400(self, alice, order, field, value):
        answer = alice.post(PAYMENTS, a_payment(order.pk) | {field: value})

        assert (answer.status_code, set(answer.json())) == (400, {field}), answer.content
        assert Order.objects.get().status == "pending"

    @pytest.mark.parametrize("field", ["order_id", "payment_method", "card_details", "billing_address"])
    def test_a_missing_field_is_400(self, alice, order, field):
        body = a_payment(order.pk)
        del body[field]

        assert alice.post(PAYMENTS, body).json() == {field: ["This field is required."]}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("card_number", ""),
            ("card_number", None),
            ("card_number", "4539148803436468"),
            ("card_number", "4539-1488-0343-6467"),
            ("card_number", "\u0664539148803436467"),
            ("card_number", "0" * 11),
            ("card_number", "0" * 20),
            ("card_number", "0" * 41),
            ("card_number", {}),
            ("expiry_month", 0),
            ("expiry_month", 13),
            ("expiry_month", "13"),
            ("expiry_month", "May"),
            ("expiry_month", ""),
            ("expiry_year", 30),
            ("expiry_year", "30"),
            ("expiry_year", 2025),
            ("expiry_year", 20300),
            ("cvv", ""),
            ("cvv", "12"),
            ("cvv", "12345"),
            ("cvv", "abc"),
            ("cvv", "\u0661\u0662\u0663"),
            ("cvv", None),
        ],
    )
    def test_an_invalid_card_detail_is_400(self, alice, order, field, value):
        answer = alice.post(PAYMENTS, a_payment(order.pk, **{field: value}))

        assert (answer.status_code, set(answer.json()["card_details"])) == (400, {field}), answer.content
        assert Order.objects.get().status == "pending"

    @pytest.mark.parametrize("field", ["street", "city", "zip_code", "country"])
    def test_an_incomplete_billing_address_is_400(self, alice, order, field):
        body = a_payment(order.pk)
        del body["billing_address"][field]

        assert alice.post(PAYMENTS, body).json() == {"billing_address": {field: ["This field is required."]}}

    @pytest.mark.parametrize("trait", ["confirmed", "shipped", "cancelled"])
    def test_an_order_that_is_not_pending_is_409(self, alice, trait):
        order = OrderFactory(**{trait: True})

        assert_problem(alice.post(PAYMENTS, a_payment(order.pk)), 409, "ORDER_NOT_PAYABLE")

    def test_a_second_payment_while_the_first_has_no_outcome_is_409(self, alice):
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
    def test_only_the_owner_may_pay(self, request, order, who, status, code):
        assert_problem(request.getfixturevalue(who).post(PAYMENTS, a_payment(order.pk)), status, code)

    def test_an_unknown_order_is_404(self, alice):
        assert_problem(alice.post(PAYMENTS, a_payment(4711)), 404, "ORDER_NOT_FOUND")
