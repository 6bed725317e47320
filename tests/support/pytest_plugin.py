"""pytest's options and hooks for all layers: the environment, and for integration tests the servers."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import environment
from tests.support.integration import ROOT, STATE, prepare

pytest_plugins = ["tests.support.fixtures"]
pytest.register_assert_rewrite("tests.support.migrations")

LEFT_OUT: list[Path] = []
"""Folders of integration tests that this process does not run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--infra",
        choices=("auto", "env", "docker", "native"),
        default=os.environ.get("TEST_INFRA", "auto"),
        help="where the servers of integration tests come from (tests/support/README.md)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before pytest-django reads DJANGO_SETTINGS_MODULE, and before any conftest.py is imported."""
    environment.clear()


def pytest_configure(config: pytest.Config) -> None:
    """Runs after the root conftest.py, which knows the service, and before pytest-django, which loads its settings."""
    if config.option.help or config.option.markers or not _asks_for_integration(config):
        return
    from tests.support.errors import ServersUnavailable

    capture = config.pluginmanager.getplugin("capturemanager")

    def say(text: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stderr.write(f"[servers] {text}\n")

    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    try:
        prepare(_service(config), kind=config.option.infra, worker=worker, say=say)
    except ServersUnavailable as error:
        STATE.stack.close()
        raise pytest.UsageError(f"no servers for integration tests.\n{error}") from error


def pytest_unconfigure(config: pytest.Config) -> None:
    STATE.stack.close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out integration tests in a process with other settings; the summary names them."""
    if STATE.servers or collection_path.name != "integration" or collection_path.parent.parent.parent != ROOT:
        return None
    if any(ROOT.joinpath(*path) in collection_path.parents for path in _paths(config)):
        LEFT_OUT.append(collection_path.relative_to(ROOT))
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for folder in LEFT_OUT:
        terminalreporter.write_line(f"left out: {folder} (needs other settings; name that folder, or -m integration)")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().failed:
        item.failed = True  # type: ignore[attr-defined]


def _asks_for_integration(config: pytest.Config) -> bool:
    """
    Whether the paths, or -m, name the integration layer and no other.

    :raises pytest.UsageError: they name it and another.
    """
    if "integration" in config.option.markexpr and "not integration" not in config.option.markexpr:
        return True
    paths = _paths(config)
    named = [parts for parts in paths if "integration" in parts]
    if named and len(named) < len(paths):
        raise pytest.UsageError("integration tests have settings of their own: run them in a process of their own")
    return bool(named)


def _service(config: pytest.Config) -> str | None:
    services = {parts[0] for parts in _paths(config) if parts and (ROOT / parts[0] / "tests").is_dir()}
    return services.pop() if len(services) == 1 else None


def _paths(config: pytest.Config) -> list[tuple[str, ...]]:
    paths = [Path(argument.split("::")[0]).absolute() for argument in config.args]
    return [path.relative_to(ROOT).parts for path in paths if path.is_relative_to(ROOT)]
