"""The gateway at an address keeps to what every gateway keeps to."""

import pytest

from order_service import wiring
from order_service.clients.payments import HttpPaymentGateway
from order_service.tests.gateways import GatewayConformance


class TestHttpPaymentGateway(GatewayConformance):
    @pytest.fixture
    def gateway(self, gateway):
        """Ours, talking to the one made up at the socket."""
        ours = wiring.payment_gateway()
        assert isinstance(ours, HttpPaymentGateway)
        return ours
