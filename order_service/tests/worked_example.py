"""The worked example of docs/migrations.md: runs the code of its steps 2 and 3, after step 1."""

import re
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.migrations.executor import MigrationExecutor

from order_service.tests.factories import ALICE, AN_ADDRESS, MONDAY_NOON
from tests.support.migrations import OldDatabase

DOCS = Path(__file__).parents[2] / "docs" / "migrations.md"
EXPAND, MIGRATE, CONTRACT = "0003_payment_started_at", "0004_fill_payment_started_at", "0005_payment_has_begun"


class WorkedExampleTests:
    """Derive a test class from this where there is a fixture `old_database`."""

    def test_each_step_can_be_applied_and_reversed(self, old_database: OldDatabase) -> None:
        old_database.migrate(EXPAND)
        before_expand = old_database.version("0002_find_lost_refunds")
        for _ in range(3):
            pay(before_expand)
        steps = Steps(old_database)

        steps.forwards()
        assert set(payments(old_database)) == {MONDAY_NOON}

        steps.forwards()
        with pytest.raises(IntegrityError):
            pay(before_expand)
        pay(old_database.version(EXPAND), started_at=MONDAY_NOON)

        steps.backwards()
        pay(before_expand)
        assert payments(old_database).count(None) == 1
        steps.backwards()


class Steps:
    """Runs the migrations of the page, on a database that has none of them yet."""

    def __init__(self, database: OldDatabase):
        self._executor = MigrationExecutor(database.connection)
        blocks = re.findall(r"^( *)```python\n(.*?)^\1```", DOCS.read_text(), re.MULTILINE | re.DOTALL)
        self._waiting = [migration_in(code, name) for name, (_, code) in zip((MIGRATE, CONTRACT), blocks, strict=True)]
        self._states = [self._executor.loader.project_state((database.service, EXPAND))]
        self._done: list[Any] = []

    def forwards(self) -> None:
        migration = self._waiting.pop(0)
        self._states.append(self._executor.apply_migration(self._states[-1].clone(), migration))
        self._done.append(migration)

    def backwards(self) -> None:
        self._states.pop()
        self._executor.unapply_migration(self._states[-1], self._done.pop())


def migration_in(code: str, name: str) -> Any:
    module: dict[str, Any] = {}
    exec(compile(dedent(code), str(DOCS), "exec"), module)  # noqa: S102 - a page of this repository
    return module["Migration"](name, "order_service")


def pay(version: Any, **known: Any) -> None:
    """Write a paid order, as the code of this version does."""
    order = version.rows("Order").create(
        user_id=ALICE, total=40, shipping_address=AN_ADDRESS, created_at=MONDAY_NOON, status="pending"
    )
    claimed_until = MONDAY_NOON + timedelta(minutes=2)
    version.rows("Payment").create(
        order=order, amount=40, brand="visa", last_four="6467", claimed_until=claimed_until, **known
    )


def payments(database: OldDatabase) -> list[Any]:
    """The start time of each payment."""
    return list(database.version(EXPAND).rows("Payment").values_list("started_at", flat=True))
