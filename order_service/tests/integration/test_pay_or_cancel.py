"""One order is paid and cancelled in the same moment: one of the two is what happened, and the money agrees."""

from functools import partial
from threading import Thread

from django.db import transaction

from order_service.models import Order, Payment
from order_service.services import OrderService
from order_service.tests.factories import EMPTY_CARD
from order_service.tests.fakes import FakeUserDirectory
from order_service.tests.integration.effects import announced, stock_of
from order_service.tests.integration.people import placed, said_no
from servicekit.testing import eventually
from tests.support.at_once import at_once
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
    def test_has_one_outcome_in_every_round(self, alice, lamp, gateway):
        orders = [placed(alice.orders((lamp, 1))) for _ in range(ROUNDS)]

        answers = {order: at_once([partial(alice.pays, order), partial(alice.cancels, order)]) for order in orders}
        eventually(lambda: not Payment.objects.filter(order__in=orders, status="refunding").exists(), within=15)

        outcomes = {
            order: (
                tuple(each.status_code for each in both),
                status_of(order),
                payment_of(order),
                announced(order),
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
    def test_the_cancellation_is_told_to_wait_for_the_bank(self, alice, lamp, gateway):
        order_id, held = placed(alice.orders((lamp, 1))), gateway.holds()
        paying = Thread(target=alice.pays, args=[order_id])
        paying.start()
        held.wait_until_reached()

        answer = alice.cancels(order_id)
        held.release()
        paying.join()

        assert said_no(answer) == (409, "PAYMENT_IN_PROGRESS")
        assert int(answer.headers["Retry-After"]) > 0
        assert (status_of(order_id), gateway.charges_of(lamp.price)) == ("confirmed", ["paid"])

    def test_paid_and_cancelled_the_money_comes_back_by_itself(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))
        alice.pays(order_id)

        alice.cancels(order_id)

        eventually(lambda: payment_of(order_id) == "refunded", within=15)
        assert gateway.charges_of(lamp.price) == ["refunded"]
        assert stock_of(lamp) == 1000

    def test_it_comes_back_also_when_the_bank_was_busy(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))
        alice.pays(order_id)
        gateway.is_busy(times=2)  # one call, for each is tried twice

        alice.cancels(order_id)

        eventually(lambda: payment_of(order_id) == "refunded", within=15)
        assert gateway.charges_of(lamp.price) == ["refunded"]

    def test_declined_it_is_cancelled_and_its_pieces_are_back(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))

        answer = alice.pays(order_id, card=EMPTY_CARD)

        assert (answer.status_code, answer.json()["status"]) == (200, "declined")
        assert (status_of(order_id), stock_of(lamp)) == ("cancelled", 1000)
        assert announced(order_id) == ["order.placed", "order.cancelled"]


class TestCancelFirst:
    def test_the_payment_waits_its_turn_and_the_bank_is_never_asked(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))
        answers = []
        with transaction.atomic():
            OrderService(users=FakeUserDirectory()).cancel_order(order_id=order_id, reason=Order.Reason.CUSTOMER)
            paying = Thread(target=lambda: answers.append(alice.pays(order_id)))
            paying.start()
            eventually(lambda: waiting_for_a_lock() >= 1)
        paying.join()

        assert [said_no(answer) for answer in answers] == [(409, "ORDER_NOT_PAYABLE")]
        assert gateway.charges_of(lamp.price) == []
