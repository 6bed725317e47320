"""What an experiment calls lost, doubled or wrong, on made-up books."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.chaos.balance import balance
from tests.chaos.ledger import Balance, Books, Mail, Notification, Order, Promise

ALICE, BOB = 11, 12
LAMP = 7
PRICE = Decimal("39.90")

# Alice paid for two lamps, and ordered one that she cancelled after she had paid; Bob's card was declined.
PROMISES = [
    Promise(1, ALICE, "confirmed", was_paid=True),
    Promise(2, ALICE, "cancelled", was_paid=True),
    Promise(3, BOB, "cancelled"),
]
BOOKS = Books(
    orders=[
        Order(1, ALICE, "confirmed", 2 * PRICE, {LAMP: 2}),
        Order(2, ALICE, "cancelled", PRICE, {LAMP: 1}),
        Order(3, BOB, "cancelled", PRICE, {LAMP: 1}),
    ],
    notifications=[
        Notification(ALICE, "user.registered"),
        Notification(BOB, "user.registered"),
        Notification(ALICE, "order.placed", 1),
        Notification(ALICE, "order.confirmed", 1),
        Notification(ALICE, "order.placed", 2),
        Notification(ALICE, "order.confirmed", 2),
        Notification(ALICE, "order.cancelled", 2),
        Notification(BOB, "order.placed", 3),
        Notification(BOB, "order.cancelled", 3),
    ],
    mails=[Mail(1, "a"), Mail(1, "b"), Mail(2, "c"), Mail(2, "d"), Mail(2, "e"), Mail(3, "f"), Mail(3, "g")],
    stock={LAMP: 98},
    charges=[2 * PRICE],
)


def of(books: Books, promises=PROMISES) -> Balance:
    return balance(promises, customers=[ALICE, BOB], stocked={LAMP: 100}, books=books)


def with_order(books: Books, order: Order) -> Books:
    return replace(books, orders=[order if each.id == order.id else each for each in books.orders])


class TestBooksThatAddUp:
    def test_differ_in_nothing(self):
        assert of(BOOKS) == Balance()

    def test_a_second_copy_of_a_mail_is_no_second_mail(self):
        """Mail systems drop it by its Message-ID."""
        assert of(replace(BOOKS, mails=[*BOOKS.mails, Mail(1, "a")])) == Balance()

    def test_an_order_whose_end_the_customer_was_not_told_may_end_either_way(self):
        promises = [*PROMISES[:2], Promise(3, BOB)]

        assert of(BOOKS, promises) == Balance()

    @pytest.mark.parametrize("notifications", [BOOKS.notifications, BOOKS.notifications[:5] + BOOKS.notifications[6:]])
    def test_an_order_whose_payment_got_no_answer_may_have_been_paid_before_it_was_cancelled(self, notifications):
        promises = [PROMISES[0], Promise(2, ALICE, "cancelled", was_paid=None), PROMISES[2]]
        mails = [Mail(each.order_id, str(number)) for number, each in enumerate(notifications) if each.order_id]

        assert of(replace(BOOKS, notifications=notifications, mails=mails), promises) == Balance()


class TestLost:
    def test_an_accepted_order_that_is_gone(self):
        books = replace(BOOKS, orders=BOOKS.orders[:2])

        assert "order 3 was accepted and is gone" in of(books).lost

    def test_an_order_that_does_not_end(self):
        books = with_order(BOOKS, replace(BOOKS.orders[2], status="pending"))

        assert "order 3 is still pending" in of(books).lost

    def test_an_order_that_ended_otherwise_than_its_customer_was_told(self):
        books = with_order(BOOKS, replace(BOOKS.orders[0], status="cancelled"))

        assert "the customer was told that order 1 is confirmed, it is cancelled" in of(books).lost

    @pytest.mark.parametrize("notification", BOOKS.notifications)
    def test_a_notification_that_did_not_come(self, notification):
        books = replace(BOOKS, notifications=[each for each in BOOKS.notifications if each != notification])

        [lost] = [sentence for sentence in of(books).lost if "was not told" in sentence]
        assert notification.type in lost

    def test_a_mail_that_did_not_come(self):
        assert of(replace(BOOKS, mails=BOOKS.mails[:-1])).lost == ("a mail about order 3 did not come",)


class TestDoubled:
    def test_an_order_that_nobody_was_told_of(self):
        """The customer asked twice with one key, and got the first order's number."""
        books = replace(BOOKS, orders=[*BOOKS.orders, Order(4, BOB, "cancelled", PRICE, {LAMP: 1})])

        assert "order 4 was placed twice" in of(books).doubled

    @pytest.mark.parametrize("notification", BOOKS.notifications)
    def test_a_notification_that_came_twice(self, notification):
        books = replace(BOOKS, notifications=[*BOOKS.notifications, notification])

        [doubled] = of(books).doubled
        assert notification.type in doubled

    def test_a_second_mail_of_its_own_id(self):
        assert of(replace(BOOKS, mails=[*BOOKS.mails, Mail(3, "h")])).doubled == ("a mail about order 3 came twice",)


class TestSums:
    @pytest.mark.parametrize("pieces", [97, 99])
    def test_stock_that_differs_from_what_was_sold(self, pieces):
        assert of(replace(BOOKS, stock={LAMP: pieces})).wrong == (f"product 7: 100 - 2 sold, but {pieces} are left",)

    def test_a_confirmed_order_that_nobody_paid(self):
        assert of(replace(BOOKS, charges=[])).wrong == ("an order over 79.80 is confirmed and was not charged",)

    def test_a_charge_that_was_not_given_back(self):
        assert of(replace(BOOKS, charges=[2 * PRICE, PRICE])).wrong == ("39.90 is held for no confirmed order",)

    def test_an_order_that_was_charged_twice(self):
        assert of(replace(BOOKS, charges=[2 * PRICE, 2 * PRICE])).wrong == ("79.80 is held for no confirmed order",)

    def test_sums_alone_are_not_enough(self):
        """39.90 too much and 39.90 too little are two errors, not none."""
        wrong = of(replace(BOOKS, charges=[PRICE, PRICE])).wrong

        assert len(wrong) == 3
