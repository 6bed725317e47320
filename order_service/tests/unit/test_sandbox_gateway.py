from uuid import UUID

import pytest

from order_service.clients.payments import SandboxGateway
from order_service.tests.factories import GOOD_CARD
from order_service.tests.gateways import AMOUNT, GatewayConformance


class TestSandboxGateway(GatewayConformance):
    @pytest.fixture
    def gateway(self):
        return SandboxGateway()

    def test_remembers_so_many_and_no_more(self):
        gateway = SandboxGateway(remembers=2)
        first, second, third = (UUID(int=n) for n in (1, 2, 3))

        for key in (first, second, third):
            gateway.charge(key=key, amount=AMOUNT, card=GOOD_CARD)

        assert list(gateway.charges) == [second, third]
