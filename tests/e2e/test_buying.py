"""A customer buys, pays, cancels."""

from scripts.shop.customer import DECLINED_CARD, VALID_CARD
from servicekit.testing import eventually

MAIL_WITHIN = 20


class TestBuying:
    def test_from_registration_to_the_shipping_mail(self, customer, staff, product, mails_to):
        order = customer.orders(product, quantity=2)
        payment = customer.pays_with(VALID_CARD, order=order)
        staff.ships(order)

        assert (payment["status"], payment["amount"]) == ("completed", "39.80")
        assert customer.sees_order(order["id"])["status"] == "shipped"
        assert customer.sees_product(product["id"])["stock_quantity"] == 8
        eventually(lambda: has_mail(mails_to(customer), "confirmed", order), within=MAIL_WITHIN)
        eventually(lambda: has_mail(mails_to(customer), "shipped", order), within=MAIL_WITHIN)

    def test_a_declined_card_cancels_the_order_and_returns_the_stock(self, customer, product, mails_to):
        order = customer.orders(product, quantity=3)
        assert customer.sees_product(product["id"])["stock_quantity"] == 7

        payment = customer.pays_with(DECLINED_CARD, order=order)

        assert payment["status"] == "declined"
        assert customer.sees_order(order["id"])["status"] == "cancelled"
        assert customer.sees_product(product["id"])["stock_quantity"] == 10
        eventually(lambda: has_mail(mails_to(customer), "cancelled", order), within=MAIL_WITHIN)

    def test_a_paid_order_can_be_cancelled_until_it_is_shipped(self, customer, staff, product, mails_to):
        order = customer.orders(product)
        customer.pays_with(VALID_CARD, order=order)

        assert customer.cancels(order)["status"] == "cancelled"

        assert customer.sees_product(product["id"])["stock_quantity"] == 10
        assert staff.ships(order, expected=409)["code"] == "ORDER_NOT_CONFIRMED"
        eventually(lambda: has_mail(mails_to(customer), "cancelled", order), within=MAIL_WITHIN)


def has_mail(mails, word, order):
    return [mail for mail in mails if word in mail.subject and str(order["id"]) in mail.subject]
