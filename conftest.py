"""
What every test run shares: the folder gives the marker, the path gives the service.

Django is configured once per process, so one pytest process tests one service. Naming a path inside a
service is enough; naming paths of two services is an error that says so.
"""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.support.pytest_plugin"]

ROOT = Path(__file__).parent
SETTINGS = {
    "servicekit": "servicekit.tests.settings",
    "user_service": "user_service.settings.test",
    "order_service": "order_service.settings.test",
    "notification_service": "notification_service.settings.test",
}
LAYERS = ("unit", "component", "integration", "contract", "e2e", "load", "chaos", "performance")


def pytest_configure(config: pytest.Config) -> None:
    """Settle which Django project this process loads, before pytest-django asks."""
    named = sorted({service for service in SETTINGS if _names(service, config.args)})
    if len(named) > 1:
        raise pytest.UsageError(
            f"one process tests one service, these paths name {len(named)}: {', '.join(named)}. "
            "Run pytest once for each, or use scripts/test.sh."
        )
    for service in named:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS[service]


def _names(service: str, arguments: list[str]) -> bool:
    folder = ROOT / service
    paths = [Path(argument.split("::")[0]).absolute() for argument in arguments]
    return any(path == ROOT or path == folder or folder in path.parents for path in paths)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for layer in LAYERS:
            if layer in item.path.relative_to(ROOT).parts:
                item.add_marker(layer)
