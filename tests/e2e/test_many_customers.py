"""Many customers at the same time."""

from functools import partial

from scripts.shop.customer import ADDRESS, VALID_CARD
from servicekit.testing import eventually
from tests.support.concurrently import concurrently

BUYERS = 20
STOCK = 7


class TestManyCustomers:
    def test_no_more_is_sold_than_there_is_to_twenty_who_buy_at_the_same_moment(
        self, new_customer, new_product, customer
    ):
        product = new_product(stock=STOCK)
        buyers = [new_customer() for _ in range(BUYERS)]

        answers = concurrently([partial(order_one, buyer, product) for buyer in buyers])

        assert sorted(answer.status_code for answer in answers) == [201] * STOCK + [409] * (BUYERS - STOCK)
        assert {answer.json().get("code") for answer in answers if answer.status_code == 409} == {"OUT_OF_STOCK"}
        assert customer.sees_product(product["id"])["stock_quantity"] == 0

    def test_ten_customers_who_buy_at_the_same_moment_all_succeed(self, new_customer, new_product):
        product = new_product(stock=10)
        buyers = [new_customer() for _ in range(10)]

        orders = concurrently([partial(buy, buyer, product) for buyer in buyers])

        assert [buyer.sees_order(order["id"])["status"] for buyer, order in zip(buyers, orders, strict=True)] == [
            "confirmed"
        ] * 10
        for buyer, order in zip(buyers, orders, strict=True):
            eventually(partial(is_notified, buyer, order), within=20)


def order_one(buyer, product):
    items = [{"product_id": product["id"], "quantity": 1}]
    body = {"user_id": buyer.user_id, "items": items, "shipping_address": ADDRESS}
    return buyer.answer("POST", "order_service", "/api/orders/", body=body)


def buy(buyer, product):
    order = buyer.orders(product)
    assert buyer.pays_with(VALID_CARD, order=order)["status"] == "completed"
    return order


def is_notified(buyer, order):
    messages = [one["message"] for one in buyer.sees_notifications() if one["type"] == "order.confirmed"]
    return [message for message in messages if f"order {order['id']} " in message]
