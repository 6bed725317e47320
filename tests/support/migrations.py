"""Tests of migrations on PostgreSQL, with rows in the tables, for the rules in docs/migrations.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps as the_models
from django.apps.registry import Apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet

from tests.support.isolation import Databases

Rows = dict[str, list[dict[str, Any]]]  # of each model


class Version:
    """The models of one version of a service's code, with the tables of any version."""

    def __init__(self, service: str, apps: Apps, *, alias: str):
        self.service = service
        self._apps = apps
        self._alias = alias

    def rows(self, model: str) -> QuerySet[Any]:
        """The rows of "Order", or of "auth.User" of another app."""
        label = model if "." in model else f"{self.service}.{model}"
        return self._apps.get_model(label).objects.using(self._alias)

    def read(self) -> Rows:
        """All rows of the service, as this version reads them."""
        names = [model.__name__ for model in self._apps.get_models() if model._meta.app_label == self.service]
        return {name: list(self.rows(name).order_by("pk").values()) for name in names}


class OldDatabase:
    """A database that can be migrated to any version of a service; the tables of other apps are there."""

    def __init__(self, service: str, alias: str):
        self.service = service
        self.connection = connections[alias]
        self.names = names_of(service)
        self._others = [node for node in MigrationLoader(None).graph.leaf_nodes() if node[0] != service]
        self._migrate(self._others)

    def migrate(self, name: str | None) -> None:
        self._migrate([(self.service, name)])

    def version(self, name: str) -> Version:
        state = MigrationExecutor(self.connection).loader.project_state([*self._others, (self.service, name)])
        return Version(self.service, state.apps, alias=self.connection.alias)

    def tables(self) -> set[str]:
        return {table for table in self.connection.introspection.table_names() if table.startswith(self.service)}

    def _migrate(self, targets: list[Any]) -> None:
        MigrationExecutor(self.connection).migrate(targets)


def names_of(service: str) -> list[str]:
    """A service's migrations, oldest first."""
    return sorted(name for app, name in MigrationLoader(None).graph.nodes if app == service)


@contextmanager
def database_for(service: str, databases: Databases) -> Iterator[OldDatabase]:
    """A database without the tables of the service, which is deleted after the block."""
    alias = name = f"{service}_old_{uuid4().hex[:8]}"
    databases.create(name)
    connections.settings[alias] = {**connections.settings["default"], "NAME": name}
    try:
        yield OldDatabase(service, alias)
    finally:
        connections[alias].close()
        del connections[alias], connections.settings[alias]
        databases.drop(name)


class MigrationTests:
    """Derive a class `TestMigrations` from it, and override `write`."""

    def write(self, version: Version) -> None:
        """Write a row into every table, as the code of this version does."""
        raise NotImplementedError

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each migration with the one before it; a single migration with itself."""
        if "after" in metafunc.fixturenames:
            names = names_of(metafunc.module.__name__.split(".")[0])
            metafunc.parametrize(("before", "after"), list(pairwise(names)) or [(names[0], names[0])])

    def test_a_migration_keeps_the_rows_forwards_and_backwards(
        self, old_database: OldDatabase, before: str, after: str
    ) -> None:
        old_database.migrate(before)
        old = old_database.version(before)
        rows = self._written(old)

        old_database.migrate(after)
        assert old.read() == rows
        self._written(old_database.version(after))

        old_database.migrate(before)
        seen = old.read()
        assert [row for name, those in rows.items() for row in those if row not in seen[name]] == []
        old_database.migrate(after)

    def test_a_migration_is_safe_for_the_code_before_it(
        self, old_database: OldDatabase, before: str, after: str
    ) -> None:
        """The INSERTs and UPDATEs of the old code have its own columns only, and must succeed."""
        old_database.migrate(after)

        rows = self._written(old_database.version(before))

        seen = old_database.version(after).read()
        assert {name: len(seen[name]) for name in rows} == {name: len(rows[name]) for name in rows}

    def test_all_migrations_lead_to_the_models_and_back(self, old_database: OldDatabase) -> None:
        newest = old_database.names[-1]
        ours = {model._meta.db_table for model in the_models.get_app_config(old_database.service).get_models()}

        old_database.migrate(newest)
        assert old_database.tables() == ours
        self._written(old_database.version(newest))

        old_database.migrate(None)
        assert old_database.tables() == set()
        old_database.migrate(newest)
        assert old_database.tables() == ours

    def _written(self, version: Version) -> Rows:
        """All rows after this version has written at least one into each of its tables."""
        self.write(version)
        rows = version.read()
        assert [name for name, those in rows.items() if not those] == []
        return rows
