from dataclasses import replace
from uuid import UUID

import pytest

from order_service.clients.payments import Outcome, SandboxGateway
from order_service.tests.factories import GOOD_CARD
from order_service.tests.gateways import AMOUNT, GatewayConformance


class TestSandboxGateway(GatewayConformance):
    @pytest.fixture
    def gateway(self):
        return SandboxGateway()

    @pytest.mark.parametrize(
        ("number", "outcome"), [("4111111111111111", Outcome.PAID), ("4000000000000002", Outcome.DECLINED)]
    )
    def test_has_the_documented_cards(self, gateway, number, outcome):
        card = replace(GOOD_CARD, number=number)

        assert gateway.charge(key=UUID(int=1), amount=AMOUNT, card=card) is outcome

    def test_forgets_the_oldest_charges_beyond_its_limit(self):
        gateway = SandboxGateway(remembers=2)
        first, second, third = (UUID(int=n) for n in (1, 2, 3))

        for key in (first, second, third):
            gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD)

        assert list(gateway.charges) == [second, third]
