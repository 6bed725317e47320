"""Forwards and backwards on PostgreSQL with rows in the tables, safe for the code from before: docs/migrations.md."""

from itertools import pairwise
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

import order_service
from order_service.tests.factories import ALICE, AN_ADDRESS, MONDAY_NOON
from servicekit.testing import eventually
from tests.support.rooms import Databases

APP = "order_service"
NAMES = sorted(file.stem for file in (Path(order_service.__file__).parent / "migrations").glob("0*.py"))
CHANGES = list(pairwise(NAMES))


class Version:
    """The models of one version of the code, on whatever tables there are."""

    def __init__(self, apps, alias):
        self._apps = apps
        self._alias = alias

    def rows(self, model):
        return self._apps.get_model(APP, model).objects.using(self._alias)

    def write(self):
        """A row in every table, as this version's code writes it, and each of them changed."""
        lamp = self.rows("Product").create(name="Lamp", price=20, stock_quantity=10)
        order = self.rows("Order").create(
            user_id=ALICE, total=40, shipping_address=AN_ADDRESS, created_at=MONDAY_NOON, status="pending"
        )
        self.rows("OrderLine").create(order=order, product=lamp, name="Lamp", quantity=2, price=20)
        payment = self.rows("Payment").create(
            order=order, amount=40, brand="visa", last_four="1111", claimed_until=MONDAY_NOON
        )
        self.rows("IdempotencyRecord").create(
            user_id=ALICE, route="orders", key=str(uuid4()), fingerprint="f", created_at=MONDAY_NOON
        )
        self.rows("OutboxMessage").create(kind="event", name="order.placed", body="[]")
        self.rows("InboxMessage").create(message_id=uuid4(), type="user.deleted")
        self.rows("Revocation").create(key=f"jti:{uuid4()}", expires_at=MONDAY_NOON)
        payment.status, payment.settled_at = "completed", MONDAY_NOON
        payment.save()
        order.status, order.confirmed_at = "confirmed", MONDAY_NOON
        order.save()

    def read(self):
        """Everything that this version's code sees, and that there is something in each table."""
        models = [model for model in self._apps.get_models() if model._meta.app_label == APP]
        seen = {model.__name__: list(self.rows(model.__name__).order_by("pk").values()) for model in models}
        assert [name for name, rows in seen.items() if not rows] == []
        return seen


class OldDatabase:
    """A database that is brought to any migration, and back."""

    def __init__(self, alias):
        self.connection = connections[alias]

    def migrate(self, name):
        executor = MigrationExecutor(self.connection)
        executor.migrate([(APP, name)])

    def version(self, name):
        state = MigrationExecutor(self.connection).loader.project_state((APP, name))
        return Version(state.apps, self.connection.alias)


@pytest.fixture
def database(database, servers):
    """Empty, and nobody else's."""
    alias = name = f"{APP}_old_{uuid4().hex[:8]}"
    databases = Databases(servers.postgres)
    databases.create(name)
    connections.settings[alias] = {**connections.settings["default"], "NAME": name}
    yield OldDatabase(alias)
    connections[alias].close()
    del connections[alias], connections.settings[alias]
    databases.drop(name)


class TestEachMigration:
    @pytest.mark.parametrize(("before", "after"), CHANGES)
    def test_keeps_the_rows_forwards_and_backwards(self, database, before, after):
        database.migrate(before)
        old = database.version(before)
        old.write()
        rows = old.read()

        database.migrate(after)
        assert old.read() == rows
        database.version(after).write()

        database.migrate(before)
        assert old.read()["Order"][: len(rows["Order"])] == rows["Order"]
        database.migrate(after)

    @pytest.mark.parametrize(("before", "after"), CHANGES)
    def test_is_safe_for_the_code_that_ran_before(self, database, before, after):
        """Its INSERTs and UPDATEs name the columns that it knows, and must be taken."""
        database.migrate(after)

        old = database.version(before)
        old.write()

        assert database.version(after).read().keys() == old.read().keys()


class TestAll:
    def test_lead_back_to_nothing_with_rows_in_the_tables(self, database):
        database.migrate(NAMES[-1])
        database.version(NAMES[-1]).write()

        database.migrate(None)

        assert [table for table in database.connection.introspection.table_names() if table.startswith(APP)] == []
        database.migrate(NAMES[-1])


class TestStartedAt:
    """The worked example of docs/migrations.md."""

    def test_is_empty_in_what_the_code_before_it_wrote(self, database):
        database.migrate("0003_payment_started_at")

        database.version("0002_find_lost_refunds").write()

        [payment] = database.version("0003_payment_started_at").rows("Payment")
        assert payment.started_at is None


class TestIndexBesideTheWork:
    BEFORE, AFTER = "0001_initial", "0002_find_lost_refunds"

    def index(self, database):
        """Whether the index is there, and good."""
        with database.connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", ["payment_refunding"])
            return cursor.fetchone()

    def test_is_built_while_somebody_has_written_and_not_yet_committed(self, database):
        """It waits for them, and meanwhile others write; a plain index would let nobody."""
        database.migrate(self.BEFORE)
        old = database.version(self.BEFORE)
        old.write()
        slow, building = database.connection.copy(), Thread(target=self._build, args=[database])
        with slow.cursor() as cursor:
            cursor.execute("BEGIN; UPDATE order_service_payment SET brand = 'slow'")
            building.start()
            eventually(lambda: self.index(database) == (False,))

            old.write()

            assert building.is_alive()
            cursor.execute("COMMIT")
        slow.close()
        building.join(timeout=15)
        assert self.index(database) == (True,)

    def test_an_interrupted_try_is_no_hindrance(self, database):
        database.migrate(self.BEFORE)
        with database.connection.cursor() as cursor:
            cursor.execute("CREATE INDEX payment_refunding ON order_service_payment (brand)")

        database.migrate(self.AFTER)

        assert self.index(database) == (True,)

    def _build(self, database):
        """In a thread, and so on a connection, of its own."""
        try:
            OldDatabase(database.connection.alias).migrate(self.AFTER)
        finally:
            connections.close_all()
