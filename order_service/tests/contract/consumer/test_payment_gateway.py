"""What order_service requires of the payment gateway, which is an outside service."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from pact.interaction import HttpInteraction

from order_service.clients.cards import Card
from order_service.clients.payments import HttpPaymentGateway, Outcome
from servicekit.calls.http import HttpNeighbour, NeighbourUnavailable
from tests.support.contracts import matchers
from tests.support.contracts.consumer import Contract

KEY = UUID("3f2b8f4e-0d1c-4f5a-9b6e-7a8c9d0e1f2a")
UNKNOWN_KEY = UUID("00000000-0000-4000-8000-000000000404")
BILLING_ADDRESS = {
    "street": "22 Bank Street",
    "city": "Portland",
    "state": "ME",
    "zip_code": "04101",
    "country": "US",
}
GOOD_CARD = Card("4539148803436467", expiry_month=11, expiry_year=2099, cvv="737", billing_address=BILLING_ADDRESS)
DECLINED_CARD = replace(GOOD_CARD, number="4000000000000002", cvv="916")


@pytest.fixture
def payment_gateway() -> Contract:
    return Contract("order_service", "payment_gateway")


def gateway_at(url: str) -> HttpPaymentGateway:
    return HttpPaymentGateway(HttpNeighbour("payment_gateway", url))


def charged(contract: Contract, description: str, card: Card, amount: str = "59.98") -> HttpInteraction:
    """The request of a charge, up to its answer."""
    body = {
        "amount": amount,
        "card": {
            "number": card.number,
            "expiry_month": card.expiry_month,
            "expiry_year": card.expiry_year,
            "cvv": card.cvv,
        },
        "billing_address": BILLING_ADDRESS,
    }
    return (
        contract.upon_receiving(description)
        .with_request("POST", "/charges")
        .with_header("Idempotency-Key", matchers.uuid(str(KEY)))
        .with_body(body, "application/json")
    )


class TestCharge:
    def test_a_good_card_pays(self, payment_gateway):
        interaction = charged(payment_gateway, "charge a good card", GOOD_CARD)
        interaction.will_respond_with(201).with_body({"status": "paid"}, "application/json")

        with payment_gateway.serving() as url:
            outcome = gateway_at(url).charge(key=KEY, amount=Decimal("59.98"), card=GOOD_CARD)

        assert outcome is Outcome.PAID

    def test_a_card_without_money_is_declined(self, payment_gateway):
        interaction = charged(payment_gateway, "charge a card without money", DECLINED_CARD)
        interaction.will_respond_with(201).with_body({"status": "declined"}, "application/json")

        with payment_gateway.serving() as url:
            outcome = gateway_at(url).charge(key=KEY, amount=Decimal("59.98"), card=DECLINED_CARD)

        assert outcome is Outcome.DECLINED

    def test_a_refused_request_is_not_a_declined_card(self, payment_gateway):
        charged(payment_gateway, "charge nothing", GOOD_CARD, amount="0.00").will_respond_with(400)

        with payment_gateway.serving() as url, pytest.raises(NeighbourUnavailable, match="400"):
            gateway_at(url).charge(key=KEY, amount=Decimal("0.00"), card=GOOD_CARD)


class TestOutcome:
    @pytest.mark.parametrize("status", ["paid", "declined", "refunded"])
    def test_of_a_charge_is_given(self, payment_gateway, status):
        (
            payment_gateway.upon_receiving(f"the outcome of a charge that is {status}")
            .given("a charge", key=str(KEY), status=status)
            .with_request("GET", f"/charges/{KEY}")
            .will_respond_with(200)
            .with_body({"status": status}, "application/json")
        )

        with payment_gateway.serving() as url:
            assert gateway_at(url).outcome(KEY) == Outcome(status)

    def test_of_an_unknown_charge_is_none(self, payment_gateway):
        (
            payment_gateway.upon_receiving("the outcome of a charge that never was")
            .with_request("GET", f"/charges/{UNKNOWN_KEY}")
            .will_respond_with(404)
        )

        with payment_gateway.serving() as url:
            assert gateway_at(url).outcome(UNKNOWN_KEY) is None


class TestRefund:
    def test_a_charge_is_refunded(self, payment_gateway):
        (
            payment_gateway.upon_receiving("refund a charge")
            .given("a charge", key=str(KEY), status="paid")
            .with_request("POST", f"/charges/{KEY}/refund")
            .with_body({}, "application/json")
            .will_respond_with(200)
            .with_body({"status": "refunded"}, "application/json")
        )

        with payment_gateway.serving() as url:
            gateway_at(url).refund(KEY)
