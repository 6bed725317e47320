"""What every payment gateway has to keep to: the sandbox, the one at an address, and any that comes later."""

from decimal import Decimal
from uuid import UUID, uuid4

from order_service.clients.payments import Outcome, PaymentGateway
from order_service.tests.factories import EMPTY_CARD, GOOD_CARD

AMOUNT = Decimal("79.80")


class GatewayConformance:
    """Derive a test class from this, with a fixture `gateway`."""

    def test_a_good_card_pays(self, gateway: PaymentGateway):
        assert gateway.charge(key=uuid4(), amount=AMOUNT, card=GOOD_CARD) is Outcome.PAID

    def test_an_empty_card_is_declined(self, gateway: PaymentGateway):
        assert gateway.charge(key=uuid4(), amount=AMOUNT, card=EMPTY_CARD) is Outcome.DECLINED

    def test_a_key_gets_its_first_outcome_again(self, gateway: PaymentGateway):
        key = uuid4()
        gateway.charge(key=key, amount=AMOUNT, card=EMPTY_CARD)

        assert gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD) is Outcome.DECLINED

    def test_tells_what_became_of_a_charge(self, gateway: PaymentGateway):
        key = uuid4()
        gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD)

        assert gateway.outcome(key) is Outcome.PAID

    def test_knows_nothing_of_a_charge_that_never_came(self, gateway: PaymentGateway):
        assert gateway.outcome(UUID(int=0)) is None

    def test_gives_money_back_once(self, gateway: PaymentGateway):
        key = uuid4()
        gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD)

        gateway.refund(key)
        gateway.refund(key)

        assert gateway.outcome(key) is Outcome.REFUNDED
