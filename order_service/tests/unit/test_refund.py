import pytest

from order_service.services import RefundService
from order_service.tests.factories import PaymentFactory
from servicekit.base.exceptions import NeighbourUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def refunds(gateway, clock):
    return RefundService(gateway=gateway, now=clock)


class TestRefund:
    def test_refunds_the_charge(self, refunds, gateway):
        payment = PaymentFactory(refunding=True)

        refunds.refund(payment_id=payment.pk)

        payment.refresh_from_db()
        assert payment.status == "refunded"
        assert gateway.outcome(payment.charge_key) == "refunded"

    def test_leaves_the_payment_refunding_when_the_gateway_is_down(self, refunds, gateway):
        payment = PaymentFactory(refunding=True)
        gateway.is_down = True

        with pytest.raises(NeighbourUnavailable):
            refunds.refund(payment_id=payment.pk)

        payment.refresh_from_db()
        assert payment.status == "refunding"

    def test_does_nothing_for_a_payment_whose_refund_was_not_started(self, refunds, gateway):
        payment = PaymentFactory(completed=True)

        refunds.refund(payment_id=payment.pk)

        assert gateway.charges == {}


class TestRefundLost:
    """The task was lost with a killed worker or an emptied broker."""

    def test_refunds_the_charge(self, refunds, gateway):
        payment = PaymentFactory(refund_lost=True)

        assert refunds.refund_lost() == 1

        payment.refresh_from_db()
        assert payment.status == "refunded"
        assert gateway.outcome(payment.charge_key) == "refunded"

    def test_skips_a_refund_whose_task_may_still_run(self, refunds):
        PaymentFactory(refunding=True)

        assert refunds.refund_lost() == 0

    def test_leaves_the_payment_refunding_when_the_gateway_is_down(self, refunds, gateway):
        payment = PaymentFactory(refund_lost=True)
        gateway.is_down = True

        assert refunds.refund_lost() == 0

        payment.refresh_from_db()
        assert payment.status == "refunding"
