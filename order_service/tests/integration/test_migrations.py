"""Migrations on PostgreSQL, forwards and backwards, with rows and with the old code: docs/migrations.md."""

import secrets
from contextlib import suppress
from threading import Thread
from uuid import uuid4

from django.db import connections

from order_service.tests.factories import ALICE, AN_ADDRESS, MONDAY_NOON
from order_service.tests.worked_example import Steps, WorkedExampleTests
from servicekit.testing import eventually
from tests.support.migrations import MigrationTests, OldDatabase


def write(version):
    """Write a row in every table, and update those that change."""
    lamp = version.rows("Product").create(name="Lamp", price=20, stock_quantity=10)
    order = version.rows("Order").create(
        user_id=ALICE, total=40, shipping_address=AN_ADDRESS, created_at=MONDAY_NOON, status="pending"
    )
    version.rows("OrderLine").create(order=order, product=lamp, name="Lamp", quantity=2, price=20)
    payment = version.rows("Payment").create(
        order=order, amount=40, brand="visa", last_four="6467", claimed_until=MONDAY_NOON
    )
    version.rows("IdempotencyRecord").create(
        user_id=ALICE, route="orders", key=str(uuid4()), fingerprint="f", created_at=MONDAY_NOON
    )
    with suppress(LookupError):  # a table that the first migrations do not have yet
        version.rows("Customer").create(user_id=secrets.randbelow(2**40))
    version.rows("OutboxMessage").create(kind="event", name="order.placed", body="[]")
    version.rows("InboxMessage").create(message_id=uuid4(), type="user.deleted")
    version.rows("Revocation").create(key=f"jti:{uuid4()}", expires_at=MONDAY_NOON)
    payment.status, payment.settled_at = "completed", MONDAY_NOON
    payment.save()
    order.status, order.confirmed_at = "confirmed", MONDAY_NOON
    order.save()


class TestMigrations(MigrationTests):
    write = staticmethod(write)


class TestWorkedExample(WorkedExampleTests):
    """The first step is one of our migrations; the other two are code on the page."""

    def test_the_new_column_is_empty_in_rows_of_the_old_code(self, old_database):
        old_database.migrate("0003_payment_started_at")

        write(old_database.version("0002_find_lost_refunds"))

        [payment] = old_database.version("0003_payment_started_at").rows("Payment")
        assert payment.started_at is None

    def test_the_last_step_scans_the_table_only_while_others_can_write(self, old_database):
        """A debug message of PostgreSQL says that no scan was needed under the exclusive lock."""
        old_database.migrate("0003_payment_started_at")
        steps, notices = Steps(old_database), []
        steps.forwards()
        with old_database.connection.cursor() as cursor:
            cursor.execute("SET client_min_messages TO debug1")
        old_database.connection.connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))

        steps.forwards()

        [notice] = [each for each in notices if "does not contain nulls" in each]
        assert notice.startswith("existing constraints on column")

    def test_only_the_scan_of_the_table_has_no_time_limit(self, old_database):
        old_database.migrate("0003_payment_started_at")
        steps, limits = Steps(old_database), []
        steps.forwards()

        def look(execute, sql, *rest):
            if "VALIDATE" in sql:
                limits.append(limit_of(old_database))
            return execute(sql, *rest)

        with old_database.connection.execute_wrapper(look):
            steps.forwards()

        assert limits == ["0"]
        assert limit_of(old_database) == "15s"


def limit_of(database):
    """The time limit of a statement on the connection of the migrations."""
    [limit] = database.connection.connection.execute("SHOW statement_timeout").fetchone()
    return limit


class TestConcurrentIndex:
    BEFORE, AFTER = "0001_initial", "0002_find_lost_refunds"

    def index(self, old_database):
        """Whether the index exists, and is valid."""
        with old_database.connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", ["payment_refunding"])
            return cursor.fetchone()

    def test_others_write_while_it_waits_for_an_open_transaction(self, old_database):
        """A plain CREATE INDEX would block them."""
        old_database.migrate(self.BEFORE)
        old = old_database.version(self.BEFORE)
        write(old)
        slow, building = old_database.connection.copy(), Thread(target=self._build, args=[old_database])
        with slow.cursor() as cursor:
            cursor.execute("BEGIN; UPDATE order_service_payment SET brand = 'slow'")
            building.start()
            eventually(lambda: self.index(old_database) == (False,))

            write(old)

            assert building.is_alive()
            cursor.execute("COMMIT")
        slow.close()
        building.join(timeout=15)
        assert self.index(old_database) == (True,)

    def test_it_is_built_after_an_interrupted_attempt(self, old_database):
        old_database.migrate(self.BEFORE)
        with old_database.connection.cursor() as cursor:
            cursor.execute("CREATE INDEX payment_refunding ON order_service_payment (brand)")

        old_database.migrate(self.AFTER)

        assert self.index(old_database) == (True,)

    def _build(self, old_database):
        """In a thread, which has its own connection."""
        try:
            OldDatabase(old_database.service, old_database.connection.alias).migrate(self.AFTER)
        finally:
            connections.close_all()
