"""Constraints in PostgreSQL: they hold for any writer, such as psql, or an older version of the code."""

from contextlib import contextmanager

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from order_service.models import IdempotencyRecord, InboxMessage, Order, OrderLine, OutboxMessage, Product, Revocation
from order_service.tests.factories import ALICE, MONDAY_NOON, OrderFactory, PaymentFactory, ProductFactory


@contextmanager
def refused(reason, error=IntegrityError):
    """The block breaks the constraint of this name, and is rolled back."""
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
    def test_that_breaks_a_rule_is_refused(self, lamp, change, rule):
        with refused(rule):
            Product.objects.filter(pk=lamp.pk).update(**change)

        lamp.refresh_from_db()
        assert (lamp.stock_quantity, lamp.price) == (10, 20)

    def test_stock_cannot_become_negative_by_plain_sql(self, lamp):
        with refused("product_stock_never_below_zero"), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE order_service_product SET stock_quantity = stock_quantity - 11 WHERE id = %s", [lamp.pk]
            )

    def test_that_was_ordered_cannot_be_deleted(self, lamp, order):
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
    def test_cannot_be_cancelled_without_time_reason_or_status(self, order, change):
        with refused("order_cancelled_with_time_and_reason"):
            Order.objects.filter(pk=order.pk).update(**change)

    def test_cannot_have_a_line_without_pieces(self, order):
        with refused("order_line_has_pieces"):
            OrderLine.objects.filter(order=order).update(quantity=0)

    def test_cannot_have_two_payments(self, order):
        PaymentFactory(order=order, completed=True)

        with refused("order_service_payment_order_id"):
            PaymentFactory(order=order)

    def test_with_a_payment_cannot_be_deleted(self, order):
        PaymentFactory(order=order, completed=True)

        with refused("still referenced from table .order_service_payment"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM order_service_orderline WHERE order_id = %s", [order.pk])
            cursor.execute("DELETE FROM order_service_order WHERE id = %s", [order.pk])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_cannot_have_a_total_that_is_too_large(self, order):
        with refused("numeric field overflow", DataError):
            Order.objects.filter(pk=order.pk).update(total=10**14)


class TestUnique:
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
    def test_a_second_row_is_refused(self, model, values, rule):
        with transaction.atomic():
            model.objects.create(**values)
            with refused(rule):
                model.objects.create(**values)
            transaction.set_rollback(True)  # nothing of this test is published

    def test_two_users_and_two_routes_can_have_the_same_key(self):
        with transaction.atomic():
            for user_id, route in [(ALICE, "orders"), (ALICE, "payments"), (ALICE + 1, "orders")]:
                IdempotencyRecord.objects.create(
                    user_id=user_id, route=route, key="shared", fingerprint="", created_at=MONDAY_NOON
                )
            transaction.set_rollback(True)
