"""One running shop for all tests of this layer; the report is written when the last has ended."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos import report, runner
from tests.chaos.runner import Result
from tests.chaos.shop import ChaosShop, chaos_shop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.timeout(180))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChaosShop]:
    with chaos_shop(tmp_path_factory.mktemp("chaos")) as shop:
        yield shop


@pytest.fixture(scope="session")
def run_short(shop: ChaosShop) -> Iterator[Callable[[str], Result]]:
    """`run_short(name)`: the short form of an experiment, which goes into reports/chaos."""
    began = time.monotonic()
    results: list[Result] = []

    def run(name: str) -> Result:
        results.append(runner.run(name, runner.load(name), shop, short=True))
        return results[-1]

    yield run
    if results:
        results = [result.looked_at_again() for result in sorted(results, key=lambda result: result.experiment)]
        report.write(results, short=True, seconds=time.monotonic() - began)
        assert [each for result in results for each in result.complaints if each.startswith("late: ")] == []
