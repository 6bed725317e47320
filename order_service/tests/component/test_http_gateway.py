"""The gateway over HTTP passes the tests of every gateway."""

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

    def test_an_answer_other_than_refunded_to_a_refund_is_an_error(self, gateway, neighbours):
        neighbours.upsert("POST", REFUND, json={"status": "paid"})

        with pytest.raises(NeighbourUnavailable, match="answered paid to the refund of"):
            gateway.refund(uuid4())


class TestPaymentGateway:
    def test_is_the_sandbox_when_the_setting_says_so(self, settings):
        settings.PAYMENT_GATEWAY_URL = "sandbox"

        assert isinstance(wiring.payment_gateway(), SandboxGateway)
