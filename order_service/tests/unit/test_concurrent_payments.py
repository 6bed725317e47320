"""What another process does while the gateway is making the charge."""

from datetime import timedelta

import pytest

from order_service.exceptions import PaymentInProgress
from order_service.models import Order, Payment
from order_service.services import PaymentService
from order_service.services.idempotency import IdempotencyKey
from order_service.tests.factories import ALICE, GOOD_CARD, MONDAY_NOON, OrderFactory
from order_service.tests.fakes import FakeGateway
from servicekit.testing import FakeClock
from servicekit.testing.messages import commands, published

pytestmark = pytest.mark.django_db

KEY = IdempotencyKey(user_id=ALICE, route="payments", value="k-1", fingerprint="a", status=200, represent=str)


class Gateway(FakeGateway):
    """Calls `meanwhile` once, between the charge and its answer."""

    def __init__(self, meanwhile):
        super().__init__()
        self.meanwhile = meanwhile

    def charge(self, **arguments):
        outcome = super().charge(**arguments)
        self.meanwhile()
        return outcome


def pay(order, gateway, **options):
    service = PaymentService(gateway=gateway, now=FakeClock(MONDAY_NOON))
    return service.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD, **options)


class TestWhileTheGatewayCharges:
    def test_the_claim_lasts_for_two_minutes(self):
        claims = []

        pay(OrderFactory(), Gateway(lambda: claims.append(Payment.objects.get().claimed_until)))

        assert claims == [MONDAY_NOON + timedelta(minutes=2)]

    @pytest.mark.parametrize("key", [None, KEY])
    def test_a_second_request_is_refused(self, key):
        """Also with the same key: the payment has no outcome yet."""
        order, second = OrderFactory(), FakeGateway()

        def send_again():
            with pytest.raises(PaymentInProgress):
                pay(order, second, key=key)

        pay(order, Gateway(send_again), key=key)

        assert second.asked_to_charge == []

    def test_a_payment_settled_in_the_background_is_not_settled_again(self):
        """The claim expired, so a periodic task asked for the outcome."""

        def settle():
            later = FakeClock(MONDAY_NOON + timedelta(minutes=3))
            assert PaymentService(gateway=gateway, now=later).settle_stuck() == 1

        gateway = Gateway(settle)

        pay(OrderFactory(), gateway)

        assert (Order.objects.get().status, Payment.objects.get().status) == ("confirmed", "completed")
        assert [event.type for event in published()] == ["order.confirmed"]
        assert commands() == []
