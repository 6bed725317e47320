from pathlib import Path

import pytest

from scripts.shop import suites
from scripts.shop.watch import touched

ROOT = Path("shop")


def saving(*names: str) -> tuple[list[Path], list[str]]:
    return touched([ROOT / name for name in names], ROOT)


class TestTouched:
    def test_a_test_file_runs_itself(self):
        name = "order_service/tests/component/test_orders.py"

        assert saving(name) == ([ROOT / name], [])

    @pytest.mark.parametrize("name", ["order_service/services/orders.py", "order_service/tests/factories.py"])
    def test_code_of_a_service_runs_its_unit_tests(self, name: str):
        assert saving(name) == ([], ["order_service"])

    def test_code_of_the_kit_runs_all_unit_tests(self):
        assert saving("servicekit/messages/outbox.py") == ([], list(suites.FOLDERS))

    def test_test_code_of_the_kit_runs_its_unit_tests(self):
        assert saving("servicekit/tests/shelf/models.py") == ([], ["servicekit"])

    def test_a_unit_test_saved_with_its_code_runs_once(self):
        assert saving("order_service/models.py", "order_service/tests/unit/test_models.py") == ([], ["order_service"])

    @pytest.mark.parametrize(
        "name", ["order_service/README.md", "docs/decisions/page.py", "order_service/openapi.yaml"]
    )
    def test_other_files_run_nothing(self, name: str):
        assert saving(name) == ([], [])
