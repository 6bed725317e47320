"""What PostgreSQL itself refuses, whoever writes: our code, a colleague's psql, or the version that ran before."""

from contextlib import contextmanager

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from order_service.models import IdempotencyRecord, InboxMessage, Order, OrderLine, OutboxMessage, Product, Revocation
from order_service.tests.factories import ALICE, MONDAY_NOON, OrderFactory, PaymentFactory, ProductFactory


@contextmanager
def refused(reason, error=IntegrityError):
    """The block breaks the rule of this name, and nothing of it stays."""
    with pytest.raises(error, match=reason), transaction.atomic():
        yield


@pytest.fixture
def lamp():
    return ProductFactory(stock_quantity=10)


@pytest.fixture
def order(lamp):
    return OrderFactory(lines=[(lamp, 2)])


class TestProduct:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"stock_quantity": -1}, "product_stock_never_below_zero"),
            ({"price": 0}, "product_costs_something"),
            ({"price": "-0.01"}, "product_costs_something"),
        ],
    )
    def test_may_not_become(self, lamp, change, rule):
        with refused(rule):
            Product.objects.filter(pk=lamp.pk).update(**change)

        lamp.refresh_from_db()
        assert (lamp.stock_quantity, lamp.price) == (10, 20)

    def test_stock_taken_by_plain_sql_stops_at_nothing(self, lamp):
        with refused("product_stock_never_below_zero"), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE order_service_product SET stock_quantity = stock_quantity - 11 WHERE id = %s", [lamp.pk]
            )

    def test_that_was_bought_stays(self, lamp, order):
        with refused("still referenced from table .order_service_orderline"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM order_service_product WHERE id = %s", [lamp.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestOrder:
    @pytest.mark.parametrize(
        "change",
        [
            {"status": "cancelled"},
            {"status": "cancelled", "cancelled_at": MONDAY_NOON},
            {"cancellation_reason": "unpaid"},
            {"cancelled_at": MONDAY_NOON},
        ],
        ids=str,
    )
    def test_is_not_half_cancelled(self, order, change):
        with refused("order_cancelled_with_time_and_reason"):
            Order.objects.filter(pk=order.pk).update(**change)

    def test_has_no_line_without_pieces(self, order):
        with refused("order_line_has_pieces"):
            OrderLine.objects.filter(order=order).update(quantity=0)

    def test_has_one_payment(self, order):
        PaymentFactory(order=order, completed=True)

        with refused("order_service_payment_order_id"):
            PaymentFactory(order=order)

    def test_with_a_payment_stays(self, order):
        PaymentFactory(order=order, completed=True)

        with refused("still referenced from table .order_service_payment"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM order_service_orderline WHERE order_id = %s", [order.pk])
            cursor.execute("DELETE FROM order_service_order WHERE id = %s", [order.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_has_a_total_that_fits(self, order):
        with refused("numeric field overflow", DataError):
            Order.objects.filter(pk=order.pk).update(total=10**14)


class TestOneOfAKind:
    @pytest.mark.parametrize(
        ("model", "values", "rule"),
        [
            (
                IdempotencyRecord,
                {"user_id": ALICE, "route": "orders", "key": "twice", "fingerprint": "", "created_at": MONDAY_NOON},
                "one_answer_per_idempotency_key",
            ),
            (
                InboxMessage,
                {"message_id": "0d1f6f6e-7f0b-4c7e-9f0e-3f5f2c1d0a01", "type": "user.deleted"},
                "message_id",
            ),
            (OutboxMessage, {"message_id": "0d1f6f6e-7f0b-4c7e-9f0e-3f5f2c1d0a02", "body": "[]"}, "message_id"),
            (Revocation, {"key": "jti:twice", "expires_at": MONDAY_NOON}, "key"),
        ],
        ids=lambda value: getattr(value, "__name__", ""),
    )
    def test_is_refused_the_second_time(self, model, values, rule):
        with transaction.atomic():
            model.objects.create(**values)
            with refused(rule):
                model.objects.create(**values)
            transaction.set_rollback(True)  # a message of this test goes nowhere

    def test_one_key_serves_two_users_and_two_routes(self):
        with transaction.atomic():
            for user_id, route in [(ALICE, "orders"), (ALICE, "payments"), (ALICE + 1, "orders")]:
                IdempotencyRecord.objects.create(
                    user_id=user_id, route=route, key="shared", fingerprint="", created_at=MONDAY_NOON
                )
            transaction.set_rollback(True)
