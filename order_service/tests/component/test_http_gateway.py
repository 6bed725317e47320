"""The gateway at an address keeps to what every gateway keeps to."""

from uuid import uuid4

import pytest

from order_service import wiring
from order_service.clients.payments import HttpPaymentGateway, SandboxGateway
from order_service.tests.component.neighbours import REFUND
from order_service.tests.gateways import GatewayConformance
from servicekit.base.exceptions import NeighbourUnavailable


class TestHttpPaymentGateway(GatewayConformance):
    @pytest.fixture
    def gateway(self, gateway):
        """Ours, talking to the one made up at the socket."""
        ours = wiring.payment_gateway()
        assert isinstance(ours, HttpPaymentGateway)
        return ours

    def test_a_refund_that_was_not_made_is_not_taken_for_one(self, gateway, neighbours):
        neighbours.upsert("POST", REFUND, json={"status": "paid"})

        with pytest.raises(NeighbourUnavailable, match="left the refund of"):
            gateway.refund(uuid4())


class TestPaymentGateway:
    def test_is_the_sandbox_where_no_address_is_given(self, settings):
        settings.PAYMENT_GATEWAY_URL = "sandbox"

        assert isinstance(wiring.payment_gateway(), SandboxGateway)
