"""The worked example of docs/migrations.md on SQLite, which the embedded shop uses."""

import pytest
from django.db import connections

from order_service.tests.worked_example import WorkedExampleTests
from tests.support.migrations import OldDatabase


@pytest.fixture
def old_database(django_db_blocker, tmp_path):
    file = {**connections.settings["default"], "NAME": str(tmp_path / "old.sqlite3")}
    with django_db_blocker.unblock():
        connections.settings["old"] = file
        yield OldDatabase("order_service", "old")
        connections["old"].close()
        del connections["old"], connections.settings["old"]


class TestOnSQLite(WorkedExampleTests):
    pass
