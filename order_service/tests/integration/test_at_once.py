"""Many customers in the same moment, and one customer many times."""

from collections import Counter
from decimal import Decimal
from functools import partial
from threading import Thread
from uuid import uuid4

from django.db import transaction

from order_service.models import Order, OrderLine, Payment
from order_service.services import CatalogueService
from order_service.tests.integration.effects import announced, stock_of
from order_service.tests.integration.people import placed, said_no
from servicekit.testing import eventually
from tests.support.at_once import at_once
from tests.support.locks import waiting_for_a_lock


def orders_of(product):
    return [line.order_id for line in OrderLine.objects.filter(product=product)]


class TestLastPieces:
    def test_fifty_buyers_for_ten_pieces_buy_exactly_ten(self, somebody, product):
        """Those who come too late took nothing of what there was enough of either."""
        rare, common = product(10), product(1000)
        buyers = [somebody() for _ in range(50)]

        answers = at_once([partial(buyer.orders, (common, 1), (rare, 1)) for buyer in buyers])

        sold = [answer for answer in answers if answer.status_code == 201]
        refused = Counter(said_no(answer) for answer in answers if answer not in sold)
        assert (len(sold), refused) == (10, {(409, "OUT_OF_STOCK"): 40})
        assert (stock_of(rare), stock_of(common)) == (0, 990)
        assert sorted(orders_of(rare)) == sorted(orders_of(common)) == sorted(map(placed, sold))
        assert Counter(event for answer in sold for event in announced(placed(answer))) == {"order.placed": 10}

    def test_cancelled_pieces_are_there_for_others(self, alice, somebody, product):
        """Ten orders are cancelled while ten buyers want their pieces: none is lost, none is sold twice."""
        rare = product(10)
        mine = [placed(alice.orders((rare, 1))) for _ in range(10)]
        buyers = [somebody() for _ in range(10)]

        answers = at_once(
            [partial(alice.cancels, order) for order in mine] + [partial(buyer.orders, (rare, 1)) for buyer in buyers]
        )

        assert {answer.status_code for answer in answers[:10]} == {200}
        bought = sum(answer.status_code == 201 for answer in answers[10:])
        assert stock_of(rare) == 10 - bought


class TestPriceChange:
    def test_an_order_placed_during_a_price_change_has_the_new_price(self, alice, lamp):
        answers = []
        with transaction.atomic():
            CatalogueService().change(lamp.pk, price=Decimal("0.50"))
            ordering = Thread(target=lambda: answers.append(alice.orders((lamp, 2))))
            ordering.start()
            eventually(lambda: waiting_for_a_lock() >= 1)
        ordering.join()

        assert [answer.json()["total"] for answer in answers] == ["1.00"]


class TestSameKey:
    def test_twenty_times_at_once_is_one_order(self, alice, lamp):
        key = str(uuid4())

        answers = at_once([partial(alice.orders, (lamp, 3), key=key)] * 20)

        [order_id] = set(map(placed, answers))
        assert {answer.text for answer in answers} == {answers[0].text}
        assert orders_of(lamp) == [order_id]
        assert stock_of(lamp) == 997
        assert announced(order_id) == ["order.placed"]

    def test_twenty_times_at_once_is_one_payment(self, alice, lamp, gateway):
        """Who asks while the bank is being asked is told to come back, and then gets the first one's answer."""
        order_id, key = placed(alice.orders((lamp, 1))), str(uuid4())

        answers = at_once([partial(alice.pays, order_id, key=key)] * 20)

        refused = [answer for answer in answers if answer.status_code != 200]
        assert set(map(said_no, refused)) <= {(409, "REQUEST_IN_PROGRESS"), (409, "PAYMENT_IN_PROGRESS")}
        assert all("Retry-After" in answer.headers for answer in refused)
        [payment] = Payment.objects.filter(order=order_id)
        paid = {answer.text for answer in [*answers, alice.pays(order_id, key=key)] if answer.status_code == 200}
        assert len(paid) == 1
        assert gateway.charges_of(payment.amount) == ["paid"]
        assert announced(order_id) == ["order.placed", "order.confirmed"]

    def test_without_a_key_an_order_is_still_charged_once(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))

        answers = at_once([partial(alice.pays, order_id)] * 10)

        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
        assert gateway.charges_of(lamp.price) == ["paid"]

    def test_of_two_customers_is_two_orders(self, alice, bob, lamp):
        key = str(uuid4())

        mine, theirs = at_once([partial(each.orders, (lamp, 1), key=key) for each in (alice, bob)])

        assert placed(mine) != placed(theirs)


class TestCrosswise:
    def test_orders_over_the_same_products_in_opposite_order_all_come_through(self, somebody, product):
        products = [product(1000) for _ in range(8)]
        forwards, backwards = [(each, 1) for each in products], [(each, 1) for each in reversed(products)]

        answers = at_once([partial(somebody().orders, *items) for items in [forwards, backwards] * 20])

        assert Counter(answer.status_code for answer in answers) == {201: 40}
        assert {stock_of(each) for each in products} == {960}

    def test_nor_do_those_who_cancel_and_those_who_buy_wait_for_each_other(self, alice, bob, product):
        products = [product(1000) for _ in range(8)]
        forwards, backwards = [(each, 1) for each in products], [(each, 1) for each in reversed(products)]
        mine = [placed(alice.orders(*backwards)) for _ in range(8)]

        answers = at_once([partial(alice.cancels, order) for order in mine] + [partial(bob.orders, *forwards)] * 8)

        assert Counter(answer.status_code for answer in answers) == {200: 8, 201: 8}
        assert {stock_of(each) for each in products} == {992}
        assert set(Order.objects.filter(pk__in=mine).values_list("status", flat=True)) == {"cancelled"}
