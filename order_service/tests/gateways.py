"""Tests that every payment gateway must pass: the sandbox, the one over HTTP, and any later one."""

from decimal import Decimal
from uuid import UUID, uuid4

from order_service.clients.payments import Outcome, PaymentGateway
from order_service.tests.factories import DECLINED_CARD, GOOD_CARD

AMOUNT = Decimal("79.80")


class GatewayConformance:
    """Derive a test class from this, with a fixture `gateway`."""

    def test_a_good_card_pays(self, gateway: PaymentGateway):
        assert gateway.charge(key=uuid4(), amount=AMOUNT, card=GOOD_CARD) is Outcome.PAID

    def test_a_card_without_money_is_declined(self, gateway: PaymentGateway):
        assert gateway.charge(key=uuid4(), amount=AMOUNT, card=DECLINED_CARD) is Outcome.DECLINED

    def test_charging_with_the_same_key_gives_the_first_outcome(self, gateway: PaymentGateway):
        key = uuid4()
        gateway.charge(key=key, amount=AMOUNT, card=DECLINED_CARD)

        assert gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD) is Outcome.DECLINED

    def test_gives_the_outcome_of_a_charge(self, gateway: PaymentGateway):
        key = uuid4()
        gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD)

        assert gateway.outcome(key) is Outcome.PAID

    def test_an_unknown_charge_has_no_outcome(self, gateway: PaymentGateway):
        assert gateway.outcome(UUID(int=0)) is None

    def test_a_second_refund_changes_nothing(self, gateway: PaymentGateway):
        key = uuid4()
        gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD)

        gateway.refund(key)
        gateway.refund(key)

        assert gateway.outcome(key) is Outcome.REFUNDED
