from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from order_service.exceptions import AlreadyAnswered, OrderNotFound, OrderNotPayable, PaymentInProgress
from order_service.models import Order, Payment
from order_service.services import PaymentService
from order_service.services.idempotency import IdempotencyKey
from order_service.tests.factories import (
    ALICE,
    ANOTHER_GOOD_CARD,
    DECLINED_CARD,
    GOOD_CARD,
    MALLORY,
    MONDAY_NOON,
    OrderFactory,
    PaymentFactory,
)
from order_service.tests.fakes import FakeGateway
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.testing.messages import commands, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(lamp):
    return OrderFactory(lines=[(lamp, 2)])


def statuses():
    """Of the one order and its one payment."""
    return Order.objects.get().status, Payment.objects.get().status


class TestPay:
    def test_confirms_the_order(self, payments, order):
        payment = payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        order.refresh_from_db()
        assert statuses() == ("confirmed", "completed")
        assert (payment.amount, payment.brand, payment.last_four) == (Decimal("40.00"), "visa", "6467")
        assert order.confirmed_at == payment.settled_at == MONDAY_NOON

    def test_announces_the_confirmation(self, payments, order):
        payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        [event] = published()
        assert event.type == "order.confirmed"
        assert event.data == {
            "order_id": order.pk,
            "user_id": ALICE,
            "total": "40.00",
            "confirmed_at": "2026-11-16T12:00:00Z",
        }

    def test_stores_when_the_payment_started(self, payments, order):
        payment = payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        assert payment.started_at == MONDAY_NOON

    def test_charges_the_orders_total(self, payments, order, gateway):
        payment = payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        assert gateway.asked_to_charge == [(payment.charge_key, Decimal("40.00"), "6467")]

    def test_cancels_the_order_when_declined(self, payments, order, lamp):
        payment = payments.pay(order_id=order.pk, customer_id=ALICE, card=DECLINED_CARD)

        lamp.refresh_from_db()
        assert payment.status == "declined"
        assert statuses() == ("cancelled", "declined")
        assert lamp.stock_quantity == 12
        [event] = published()
        assert (event.type, event.data["reason"]) == ("order.cancelled", "declined")

    @pytest.mark.parametrize("trait", ["confirmed", "shipped", "cancelled"])
    def test_rejects_an_order_that_is_not_pending(self, payments, gateway, trait):
        order = OrderFactory(**{trait: True})

        with pytest.raises(OrderNotPayable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        assert gateway.asked_to_charge == []

    def test_refuses_the_order_of_another_customer(self, payments, order, gateway):
        with pytest.raises(OrderNotFound):
            payments.pay(order_id=order.pk, customer_id=MALLORY, card=GOOD_CARD)

        assert gateway.asked_to_charge == []

    def test_leaves_the_payment_of_another_order_as_it_is(self, payments, order):
        another = PaymentFactory(failed=True)

        payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        another.refresh_from_db()
        assert (another.status, order.payment.status) == ("failed", "completed")

    def test_refuses_while_another_request_is_charging(self, payments, gateway):
        payment = PaymentFactory(processing=True)

        with pytest.raises(PaymentInProgress):
            payments.pay(order_id=payment.order_id, customer_id=ALICE, card=GOOD_CARD)

        assert gateway.asked_to_charge == []


class TestPayWhenTheGatewayIsDown:
    def test_the_order_stays_pending(self, payments, order, gateway):
        gateway.is_down = True

        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)

        assert statuses() == ("pending", "processing")
        assert published() == []

    def test_the_order_can_be_paid_at_once_with_another_card(self, payments, order, gateway):
        gateway.is_down = True
        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)
        gateway.is_down = False

        payments.pay(order_id=order.pk, customer_id=ALICE, card=ANOTHER_GOOD_CARD)

        payment = Payment.objects.get()
        assert statuses() == ("confirmed", "completed")
        assert (payment.brand, payment.last_four) == ("mastercard", "9903")

    def test_the_first_card_is_charged_once_when_only_the_answer_was_lost(self, payments, order, gateway):
        gateway.loses_answers = True
        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)
        gateway.loses_answers = False

        payment = payments.pay(order_id=order.pk, customer_id=ALICE, card=ANOTHER_GOOD_CARD)

        assert len(gateway.asked_to_charge) == 1
        assert statuses() == ("confirmed", "completed")
        assert (payment.brand, payment.last_four) == ("visa", "6467")

    def test_an_expired_claim_does_not_release_the_claim_of_another_process(self, payments, order, gateway, clock):
        gateway.is_down = True
        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)
        expired = Payment.objects.get()
        current = Payment.objects.get()
        clock.advance(seconds=1)
        current.claim(until=clock() + (clock() - order.created_at), now=clock())

        expired.release(now=clock())

        assert Payment.objects.get().claimed_until == current.claimed_until


class TestSettleStuck:
    """A process was killed, or the gateway did not answer, and the outcome of a charge is not known."""

    def test_confirms_the_order_of_a_paid_charge(self, payments, gateway):
        payment = PaymentFactory(stuck=True)
        gateway.charge(key=payment.charge_key, amount=payment.amount, card=GOOD_CARD)

        assert payments.settle_stuck() == 1

        assert statuses() == ("confirmed", "completed")
        assert [event.type for event in published()] == ["order.confirmed"]

    def test_cancels_the_order_of_a_declined_charge(self, payments, gateway):
        payment = PaymentFactory(stuck=True)
        gateway.charge(key=payment.charge_key, amount=payment.amount, card=DECLINED_CARD)

        assert payments.settle_stuck() == 1

        assert statuses() == ("cancelled", "declined")

    def test_an_order_without_a_charge_can_be_paid_again(self, payments, gateway):
        payment = PaymentFactory(stuck=True)

        payments.settle_stuck()

        assert statuses() == ("pending", "failed")
        payments.pay(order_id=payment.order_id, customer_id=ALICE, card=GOOD_CARD)
        assert statuses() == ("confirmed", "completed")

    def test_skips_a_payment_whose_claim_has_not_expired(self, payments):
        PaymentFactory(processing=True)

        assert payments.settle_stuck() == 0
        assert statuses() == ("pending", "processing")

    def test_leaves_the_payment_stuck_when_the_gateway_is_down(self, payments, gateway, clock):
        payment = PaymentFactory(stuck=True)
        gateway.charge(key=payment.charge_key, amount=payment.amount, card=GOOD_CARD)
        gateway.is_down = True
        assert payments.settle_stuck() == 0
        gateway.is_down = False

        assert payments.settle_stuck() == 1

    def test_skips_a_payment_claimed_by_another_process(self, clock):
        """Both processes found it stuck; the other one claims it while this one asks about the first payment."""
        first = PaymentFactory(stuck=True, claimed_until=MONDAY_NOON - timedelta(hours=1))
        second = PaymentFactory(stuck=True)
        until = clock() + timedelta(minutes=2)

        class Gateway(FakeGateway):
            def outcome(self, key):
                Payment.objects.get(pk=second.pk).claim(until=until, now=clock())
                return super().outcome(key)

        PaymentService(gateway=Gateway(), now=clock).settle_stuck()

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.status, second.status, second.claimed_until) == ("failed", "processing", until)

    def test_a_decline_after_the_cancellation_changes_only_the_payment(self, payments, gateway):
        payment = PaymentFactory(stuck=True, order=OrderFactory(cancelled=True))
        gateway.charge(key=payment.charge_key, amount=payment.amount, card=DECLINED_CARD)

        payments.settle_stuck()

        assert statuses() == ("cancelled", "declined")
        assert published() == []

    def test_a_settled_payment_is_not_settled_again(self, payments, gateway):
        payment = PaymentFactory(completed=True, order=OrderFactory(confirmed=True))
        outcome = gateway.charge(key=payment.charge_key, amount=payment.amount, card=GOOD_CARD)

        assert payments._settle(payment, outcome).status == "completed"
        assert published() == []


class TestLateCharge:
    """The gateway does not answer, does not know the charge when it is asked, and makes it later."""

    @pytest.fixture(autouse=True)
    def late(self, payments, order, gateway):
        gateway.is_late = True
        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD)
        payments.settle_stuck()
        assert statuses() == ("pending", "failed")

    def test_is_refunded_when_its_order_was_cancelled(self, payments, order, orders, gateway, clock):
        orders.cancel_order(order_id=order.pk, reason=Order.Reason.UNPAID)
        gateway.catches_up()
        clock.advance(minutes=1)

        assert payments.settle_stuck() == 1

        assert statuses() == ("cancelled", "refunding")
        assert commands() == [("order_service.refund", {"payment_id": Payment.objects.get().pk})]

    def test_confirms_an_order_that_is_still_pending(self, payments, gateway, clock):
        gateway.catches_up()
        clock.advance(minutes=1)

        payments.settle_stuck()

        assert statuses() == ("confirmed", "completed")

    def test_is_asked_about_after_growing_pauses_for_a_day(self, payments, clock):
        pauses = []
        while (again := Payment.objects.get().next_attempt_at) is not None:
            pauses.append((again - clock()).total_seconds() / 60)
            clock.now = again
            payments.settle_stuck()

        assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
        assert 24 * 60 < sum(pauses) < 27 * 60
        assert statuses() == ("pending", "failed")

    def test_is_asked_about_again_after_the_gateway_was_down(self, payments, gateway, clock):
        """The order can still be cancelled and paid meanwhile."""
        gateway.is_down = True
        clock.advance(minutes=1)
        payments.settle_stuck()
        assert statuses() == ("pending", "failed")
        gateway.is_down = False
        gateway.catches_up()
        clock.advance(minutes=2)

        assert payments.settle_stuck() == 1

    def test_of_a_second_card_is_asked_about_from_its_own_time_on(self, payments, order, gateway, clock):
        clock.advance(hours=24)
        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=ANOTHER_GOOD_CARD)

        payments.settle_stuck()

        payment = Payment.objects.get()
        assert payment.charge_sent_at == clock()
        assert payment.next_attempt_at is not None


class TestPayAgainWithTheSameKey:
    KEY = IdempotencyKey(ALICE, "payments", "k-1", fingerprint="f", status=200, represent=lambda payment: payment.pk)

    @pytest.fixture(autouse=True)
    def without_an_answer(self, payments, order, gateway):
        gateway.loses_answers = True
        with pytest.raises(NeighbourUnavailable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD, key=self.KEY)
        gateway.loses_answers = False

    def test_gives_the_payment_that_was_settled_in_the_background(self, payments, order, gateway):
        payments.settle_stuck()

        payment = payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD, key=self.KEY)

        assert payment.status == "completed"
        assert len(gateway.asked_to_charge) == 1
        with pytest.raises(AlreadyAnswered):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD, key=self.KEY)

    def test_another_key_is_told_that_the_order_is_paid(self, payments, order):
        payments.settle_stuck()

        with pytest.raises(OrderNotPayable):
            payments.pay(order_id=order.pk, customer_id=ALICE, card=GOOD_CARD, key=replace(self.KEY, value="k-2"))
