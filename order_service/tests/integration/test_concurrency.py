"""Concurrent requests: of many customers, and of one customer many times."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Thread
from uuid import uuid4

from django.db import transaction

from order_service.exceptions import TooManyUnpaidPieces
from order_service.models import Order, OrderLine
from order_service.services import CatalogueService, Line, OrderService
from order_service.tests.factories import AN_ADDRESS
from order_service.tests.fakes import FakeUserDirectory
from order_service.tests.integration.effects import event_types, stock_of
from order_service.tests.integration.people import placed, refusal
from servicekit.testing import eventually
from tests.support.concurrently import concurrently
from tests.support.locks import waiting_for_a_lock


def orders_of(product):
    return [line.order_id for line in OrderLine.objects.filter(product=product)]


class TestLastPieces:
    def test_fifty_buyers_for_ten_pieces_buy_exactly_ten(self, new_buyer, product):
        """An order that is refused reduces the stock of no product."""
        rare, common = product(10), product(1000)
        buyers = [new_buyer() for _ in range(50)]

        answers = concurrently([partial(buyer.orders, (common, 1), (rare, 1)) for buyer in buyers])

        sold = [answer for answer in answers if answer.status_code == 201]
        refused = Counter(refusal(answer) for answer in answers if answer not in sold)
        assert (len(sold), refused) == (10, {(409, "OUT_OF_STOCK"): 40})
        assert (stock_of(rare), stock_of(common)) == (0, 990)
        assert sorted(orders_of(rare)) == sorted(orders_of(common)) == sorted(map(placed, sold))
        assert Counter(event for answer in sold for event in event_types(placed(answer))) == {"order.placed": 10}

    def test_pieces_of_cancelled_orders_can_be_bought_at_the_same_time(self, alice, new_buyer, product):
        """Ten orders are cancelled while ten buyers order the same pieces: none is lost, none is sold twice."""
        rare = product(10)
        mine = [placed(alice.orders((rare, 1))) for _ in range(10)]
        buyers = [new_buyer() for _ in range(10)]

        answers = concurrently(
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
    def test_twenty_concurrent_requests_place_one_order(self, alice, lamp):
        key = str(uuid4())

        answers = concurrently([partial(alice.orders, (lamp, 3), key=key)] * 20)

        [order_id] = set(map(placed, answers))
        assert {answer.text for answer in answers} == {answers[0].text}
        assert orders_of(lamp) == [order_id]
        assert stock_of(lamp) == 997
        assert event_types(order_id) == ["order.placed"]

    def test_twenty_concurrent_requests_make_one_payment(self, alice, lamp, gateway):
        """A request during the charge is refused with Retry-After, and later gets the answer of the first."""
        order_id, key, held = placed(alice.orders((lamp, 1))), str(uuid4()), gateway.holds()

        with ThreadPoolExecutor(20) as threads:
            calls = [threads.submit(alice.pays, order_id, key=key) for _ in range(20)]
            eventually(lambda: sum(call.done() for call in calls) == 19, within=15)
            held.release()
        answers = [call.result() for call in calls]

        refused = [answer for answer in answers if answer.status_code != 200]
        assert len(refused) == 19
        assert set(map(refusal, refused)) == {(409, "PAYMENT_IN_PROGRESS")}
        assert {"Retry-After" in answer.headers for answer in refused} == {True}
        [paid] = [answer.text for answer in answers if answer.status_code == 200]
        assert alice.pays(order_id, key=key).text == paid
        assert gateway.charges_of(lamp.price) == ["paid"]
        assert event_types(order_id) == ["order.placed", "order.confirmed"]

    def test_concurrent_payments_without_a_key_charge_once(self, alice, lamp, gateway):
        order_id = placed(alice.orders((lamp, 1)))

        answers = concurrently([partial(alice.pays, order_id)] * 10)

        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
        assert gateway.charges_of(lamp.price) == ["paid"]

    def test_of_two_customers_places_two_orders(self, alice, bob, lamp):
        key = str(uuid4())

        mine, theirs = concurrently([partial(each.orders, (lamp, 1), key=key) for each in (alice, bob)])

        assert placed(mine) != placed(theirs)


class TestDeadlocks:
    def test_orders_of_the_same_products_in_opposite_order_all_succeed(self, new_buyer, product):
        products = [product(1000) for _ in range(8)]
        forwards, backwards = [(each, 1) for each in products], [(each, 1) for each in reversed(products)]

        answers = concurrently([partial(new_buyer().orders, *items) for items in [forwards, backwards] * 20])

        assert Counter(answer.status_code for answer in answers) == {201: 40}
        assert {stock_of(each) for each in products} == {960}

    def test_orders_and_cancellations_of_the_same_products_all_succeed(self, alice, bob, product):
        products = [product(1000) for _ in range(8)]
        forwards, backwards = [(each, 1) for each in products], [(each, 1) for each in reversed(products)]
        mine = [placed(alice.orders(*backwards)) for _ in range(8)]

        answers = concurrently([partial(alice.cancels, order) for order in mine] + [partial(bob.orders, *forwards)] * 8)

        assert Counter(answer.status_code for answer in answers) == {200: 8, 201: 8}
        assert {stock_of(each) for each in products} == {992}
        assert set(Order.objects.filter(pk__in=mine).values_list("status", flat=True)) == {"cancelled"}


class TestLimits:
    def test_concurrent_orders_of_one_customer_stay_within_the_limit(self, alice, lamp, settings):
        """Each counts the others: the customer's row is locked."""
        settings.MAX_UNPAID_PIECES = 5
        service = OrderService(users=FakeUserDirectory(active=[alice.id]))
        order = partial(service.place_order, customer_id=alice.id, lines=[Line(lamp.pk, 2)], ship_to=AN_ADDRESS)

        def place():
            try:
                return order().pk
            except TooManyUnpaidPieces:
                return None

        placed_ids = concurrently([place] * 8)

        assert len([pk for pk in placed_ids if pk]) == 2
        assert Order.objects.pending().filter(user_id=alice.id).count() == 2
