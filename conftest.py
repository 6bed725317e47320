"""
For every test run: the folder of a test gives its marker, and the paths give the service.

Django is configured once per process, so one pytest process tests one service. Naming a path inside a
service is enough; naming paths of two services is an error that says so.
"""

import gc
import os
from pathlib import Path

import django
import pytest
from django.db import connection

# With the default of 700 new objects between collections, the garbage collector takes a tenth of the time.
gc.set_threshold(50_000, 10, 10)

ROOT = Path(__file__).parent
SETTINGS = {
    "servicekit": "servicekit.tests.settings",
    "user_service": "user_service.settings.test",
    "order_service": "order_service.settings.test",
    "notification_service": "notification_service.settings.test",
    "tests/contract": "servicekit.tests.settings",
}
LAYERS = ("unit", "component", "integration", "contract", "e2e", "load", "chaos", "performance")


def pytest_plugin_registered(plugin: object, plugin_name: str) -> None:
    """Load the Django project as soon as there is a configuration: a service's conftest.py files import its models."""
    if plugin_name == "pytestconfig" and isinstance(plugin, pytest.Config):
        _load_project(plugin.known_args_namespace.file_or_dir or plugin.getini("testpaths"))


def _load_project(arguments: list[str]) -> None:
    named = sorted({service for service in SETTINGS if _names(service, arguments)})
    if len(named) > 1:
        raise pytest.UsageError(
            f"one process tests one service, these paths name {len(named)}: {', '.join(named)}. "
            "Run pytest once for each, or use scripts/test.sh."
        )
    for service in named:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS[service]
        # Integration tests find their servers first (tests/support/integration.py), and load other settings.
        if not any("integration" in Path(argument).parts for argument in arguments):
            django.setup()


def _names(service: str, arguments: list[str]) -> bool:
    folder = ROOT / service
    paths = [Path(argument.split("::")[0]).absolute() for argument in arguments]
    return any(path in {ROOT, folder} or folder in path.parents for path in paths)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for layer in LAYERS:
            if layer in item.path.relative_to(ROOT).parts:
                item.add_marker(layer)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """The garbage collector need not look at what is loaded now, because it stays."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):  # noqa: ARG001 - runs first
    """In SQLite, ids begin at another number in each table, so that a test notices when two of them are exchanged."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                first_ids = [(table, 1000 * n) for n, table in enumerate(connection.introspection.table_names(), 1)]
                cursor.execute("DELETE FROM sqlite_sequence")
                cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", first_ids)
