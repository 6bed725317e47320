"""Schema changes that do not block running code: docs/migrations.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import migrations


class AddIndexConcurrently(postgres.AddIndexConcurrently):
    """
    Django's operation, which does not block writers while it builds the index. On SQLite, an ordinary AddIndex.

    It needs a migration of its own with `atomic = False`, because it cannot run in a transaction. It has no time limit,
    and can be run again after an interruption.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _without_time_limits(schema_editor):
            # An interrupted attempt leaves an index that is updated but never used.
            leftover = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {leftover}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _without_time_limits(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddConstraintNotValid(postgres.AddConstraintNotValid):
    """Django's operation: a constraint that only new rows are checked for. On SQLite, an ordinary AddConstraint."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)


class ValidateConstraint(postgres.ValidateConstraint):
    """
    Django's operation: checks the old rows without blocking writers. On SQLite there is nothing left to do.

    It needs `atomic = False`, because earlier operations hold their locks until the transaction ends. No time limit.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_postgresql(schema_editor):
            with _without_time_limits(schema_editor):
                super().database_forwards(app_label, schema_editor, from_state, to_state)


def _is_postgresql(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


@contextmanager
def _without_time_limits(schema_editor: Any) -> Iterator[None]:
    """Lift the limits of servicekit.process.defaults.database, which are meant for requests."""
    limits = ("statement_timeout", "lock_timeout")
    for limit in limits:
        schema_editor.execute(f"SET {limit} TO 0")
    yield
    for limit in limits:
        schema_editor.execute(f"RESET {limit}")
