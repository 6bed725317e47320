"""An order is paid and cancelled at the same moment: it ends in one of the two states, and so does the money."""

from functools import partial
from threading import Thread

from django.db import transaction
from django.utils import timezone

from order_service.models import Order, Payment
from order_service.services import OrderService
from order_service.tests.factories import DECLINED_CARD
from order_service.tests.fakes import FakeUserDirectory
from order_service.tests.integration.effects import event_types, stock_of
from order_service.tests.integration.people import placed, refusal
from servicekit.testing import eventually
from tests.support.concurrently import concurrently
from tests.support.exchange import command
from tests.support.locks import waiting_for_a_lock

ROUNDS = 30
PAID_WHILE_CANCELLING_HAD_TO_WAIT = ((200, 409), "confirmed", "completed", ["order.placed", "order.confirmed"])
PAID_THEN_CANCELLED = ((200, 200), "cancelled", "refunded", ["order.placed", "order.confirmed", "order.cancelled"])
CANCELLED_AND_NEVER_CHARGED = ((409, 200), "cancelled", None, ["order.placed", "order.cancelled"])
OUTCOMES = (PAID_WHILE_CANCELLING_HAD_TO_WAIT, PAID_THEN_CANCELLED, CANCELLED_AND_NEVER_CHARGED)


def status_of(order_id):
    return Order.objects.get(pk=order_id).status


def payment_of(order_id):
    return Payment.objects.filter(order=order_id).values_list("status", flat=True).first()


class TestAtOnce:
    def test_every_order_ends_in_a_consistent_state(self, alice, lamp, gateway):
        orders = [placed(alice.orders((lamp, 1))) for _ in range(ROUNDS)]

        answers = {order: concurrently([partial(alice.pays, order), partial(alice.cancels, order)]) for order in orders}
        eventually(lambda: not Payment.objects.filter(order__in=orders, status="refunding").exists(), within=15)

        outcomes = {
            order: (
                tuple(each.status_code for each in both),
                status_of(order),
                payment_of(order),
                event_types(order),
            )
            for order, both in answers.items()
        }
        assert [each for each in outcomes.items() if each[1] not in OUTCOMES] == []
        payments = [payment for _, _, payment, _ in outcomes.values() if payment]
        assert sorted(gateway.charges_of(lamp.price)) == sorted(
            {"completed": "paid", "refunded": "refunded"}[each] for each in payments
        )
        assert stock_of(lamp) == 1000 - Order.objects.filter(pk__in=orders, status="confirmed").count()


class TestPayFirst:
    def test_a_cancellation_during_the_charge_is_409(self, alice, lamp, gateway):
        order_id, held = placed(alice.orders((lamp, 1))), gateway.holds()
        paying = Thread(target=alice.pays, args=[order_id])
        paying.start()
        held.wait_until_reached()

        answer = alice.cancels(order_id)
        held.release()
        paying.join()

        assert refusal(answer) == (409, "PAYMENT_IN_PROGRESS")
        assert int(answer.headers["Retry-After"]) > 0
        assert (status_of(order_id), gateway.charges_of(lamp.price)) == ("confirmed", ["paid"])

    def test_a_paid_order_that_is_cancelled_is_refunded(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))
        alice.pays(order_id)

        alice.cancels(order_id)

        eventually(lambda: payment_of(order_id) == "refunded", within=15)
        assert gateway.charges_of(lamp.price) == ["refunded"]
        assert stock_of(lamp) == 1000

    def test_the_refund_is_tried_again_when_the_gateway_answers_503(self, alice, lamp, gateway, exchange):
        order_id = placed(alice.orders((lamp, 1)))
        alice.pays(order_id)
        gateway.is_busy(times=2)  # one call: each is tried twice

        alice.cancels(order_id)
        refunding = Payment.objects.filter(order=order_id, status="refunding")
        eventually(lambda: refunding.filter(attempts=1).exists(), within=15)
        assert gateway.charges_of(lamp.price) == ["paid"]

        refunding.update(next_attempt_at=timezone.now())
        exchange.send(command("order_service.refund_due"))

        eventually(lambda: payment_of(order_id) == "refunded", within=15)
        assert gateway.charges_of(lamp.price) == ["refunded"]

    def test_a_declined_payment_cancels_the_order_and_restores_the_stock(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))

        answer = alice.pays(order_id, card=DECLINED_CARD)

        assert (answer.status_code, answer.json()["status"]) == (200, "declined")
        assert (status_of(order_id), stock_of(lamp)) == ("cancelled", 1000)
        assert event_types(order_id) == ["order.placed", "order.cancelled"]


class TestCancelFirst:
    def test_a_payment_waits_for_the_cancellation_and_charges_nothing(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))
        answers = []
        with transaction.atomic():
            OrderService(users=FakeUserDirectory()).cancel_order(order_id=order_id, reason=Order.Reason.CUSTOMER)
            paying = Thread(target=lambda: answers.append(alice.pays(order_id)))
            paying.start()
            eventually(lambda: waiting_for_a_lock() >= 1)
        paying.join()

        assert [refusal(answer) for answer in answers] == [(409, "ORDER_NOT_PAYABLE")]
        assert gateway.charges_of(lamp.price) == []
