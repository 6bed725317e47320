import pytest

from order_service.services import RefundService
from order_service.services import refunds as module
from order_service.tests.factories import MONDAY_NOON, PaymentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def refunds(gateway, clock):
    return RefundService(gateway=gateway, now=clock)


class TestRefund:
    def test_refunds_the_charge(self, refunds, gateway):
        payment = PaymentFactory(refunding=True)

        assert refunds.refund(payment_id=payment.pk)

        payment.refresh_from_db()
        assert (payment.status, payment.settled_at) == ("refunded", MONDAY_NOON)
        assert gateway.outcome(payment.charge_key) == "refunded"

    def test_makes_no_other_refund(self, refunds):
        another = PaymentFactory(refunding=True)

        assert refunds.refund(payment_id=PaymentFactory(refunding=True).pk)

        another.refresh_from_db()
        assert another.status == "refunding"

    def test_leaves_the_payment_refunding_when_the_gateway_is_down(self, refunds, gateway):
        payment = PaymentFactory(refunding=True)
        gateway.is_down = True

        assert not refunds.refund(payment_id=payment.pk)

        payment.refresh_from_db()
        assert payment.status == "refunding"

    def test_does_nothing_for_a_payment_whose_refund_was_not_started(self, refunds, gateway):
        payment = PaymentFactory(completed=True)

        assert not refunds.refund(payment_id=payment.pk)

        assert gateway.charges == {}

    def test_does_nothing_while_another_process_makes_the_refund(self, refunds, gateway, clock):
        payment = PaymentFactory(refunding=True)
        payment.claim_refund(now=clock())

        assert not refunds.refund(payment_id=payment.pk)
        assert gateway.charges == {}


class TestRefundDue:
    """A refund failed, or its task was lost with a killed worker or an emptied broker."""

    def test_refunds_the_charge(self, refunds, gateway):
        payment = PaymentFactory(refunding=True)

        assert refunds.refund_due() == 1

        payment.refresh_from_db()
        assert payment.status == "refunded"
        assert gateway.outcome(payment.charge_key) == "refunded"

    def test_makes_a_refund_that_was_started_by_the_release_before(self, refunds):
        PaymentFactory(refunding=True, next_attempt_at=None)

        assert refunds.refund_due() == 1

    def test_tries_a_failed_refund_again_after_growing_pauses(self, refunds, gateway, clock):
        payment = PaymentFactory(refunding=True)
        gateway.is_down = True
        pauses = []
        for _ in range(8):
            refunds.refund_due()
            payment.refresh_from_db()
            pauses.append((payment.next_attempt_at - clock()).total_seconds() / 60)
            clock.now = payment.next_attempt_at

        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
        gateway.is_down = False
        assert refunds.refund_due() == 1

    def test_refunds_that_fail_do_not_keep_others_waiting(self, refunds, gateway, clock, monkeypatch):
        monkeypatch.setattr(module, "BATCH", 2)
        PaymentFactory.create_batch(2, refunding=True)
        gateway.is_down = True
        refunds.refund_due()
        gateway.is_down = False
        waiting = PaymentFactory(refunding=True, next_attempt_at=clock())

        assert refunds.refund_due() == 1

        waiting.refresh_from_db()
        assert waiting.status == "refunded"
