"""Changes of tables that leave those at work alone: docs/migrations.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import migrations


class AddIndexConcurrently(postgres.AddIndexConcurrently):
    """
    Django's operation, which builds an index while others write; on SQLite, an AddIndex as any.

    In a migration of its own with `atomic = False`, for it cannot be in a transaction. It takes the time that it
    takes, and may be run again after it was interrupted.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _no_hurry(schema_editor):
            # An interrupted try leaves an index that is written to and never read.
            leftover = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {leftover}")
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _no_hurry(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddConstraintNotValid(postgres.AddConstraintNotValid):
    """Django's operation: a rule for new rows, which nobody checks the old ones for. On SQLite, an AddConstraint."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)


class ValidateConstraint(postgres.ValidateConstraint):
    """
    Django's operation: the old rows are looked at, while others write; with `atomic = False`, for what came before
    holds locks until its transaction ends. It takes the time that it takes. On SQLite nothing is left to be done.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if _is_postgresql(schema_editor):
            with _no_hurry(schema_editor):
                super().database_forwards(app_label, schema_editor, from_state, to_state)


def _is_postgresql(schema_editor: Any) -> bool:
    return bool(schema_editor.connection.vendor == "postgresql")


@contextmanager
def _no_hurry(schema_editor: Any) -> Iterator[None]:
    """Lift the limits of a request (servicekit.process.defaults.database): nobody waits for this."""
    limits = ("statement_timeout", "lock_timeout")
    for limit in limits:
        schema_editor.execute(f"SET {limit} TO 0")
    yield
    for limit in limits:
        schema_editor.execute(f"RESET {limit}")
