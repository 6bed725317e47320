"""
Whether migrations harm the code that runs at the same time: django-migration-linter's rules for PostgreSQL.

The SQL is only collected, so no server is needed. A migration that breaks a rule on purpose says why, in an attribute
`safe_because = "..."`. The safe ways are in docs/migrations.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser
from psycopg.sql import quote

NOWHERE = "a PostgreSQL that is never asked"


def complaints(service: str) -> list[str]:
    """Give what is unsafe in a service's migrations, one line each. The first migration runs before any code."""
    graph = MigrationLoader(None).graph
    return [
        f"{service}/migrations/{name}.py: {trouble}"
        for app, name in sorted(graph.nodes)
        if app == service and not is_excused(migration := graph.nodes[app, name])
        for trouble in unsafe_in(migration, graph.make_state((app, name), at_end=False))
    ]


def is_excused(migration: Migration) -> bool:
    return bool(migration.initial or getattr(migration, "safe_because", ""))


def unsafe_in(migration: Migration, before: ProjectState) -> Iterator[str]:
    """Give what would block running code during the migration, or break the previous release after it."""
    errors, _, warnings = analyse_sql_statements(PostgresqlAnalyser, statements(migration, before), [])
    for issue in (*errors, *warnings):
        yield " ".join(filter(None, (issue.message, issue.table, issue.column)))


def statements(migration: Migration, before: ProjectState) -> list[str]:
    """Give the SQL for PostgreSQL."""
    with _postgresql() as connection, connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(before, editor, collect_sql=True)
    return ["BEGIN;" if migration.atomic else "", *editor.collected_sql]


@contextmanager
def _postgresql() -> Iterator[Any]:
    """Give a connection that is never opened."""
    default = connections.settings["default"]
    connections.settings[NOWHERE] = {**default, "ENGINE": "django.db.backends.postgresql", "OPTIONS": {}}
    connection: Any = connections[NOWHERE]
    # For these two Django would connect, although the SQL is only collected.
    connection.pg_version = 15_00_00
    connection.ops.compose_sql = lambda statement, values: statement % tuple(map(quote, values))
    try:
        yield connection
    finally:
        del connections[NOWHERE], connections.settings[NOWHERE]
