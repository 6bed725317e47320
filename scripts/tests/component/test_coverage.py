import subprocess
import sys
from pathlib import Path

import pytest

from scripts.shop.coverage import percent_of


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Of a run of three of the four statements of a package."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "books.py").write_text("a = 1\nb = 2\ndef read():\n    return a\n")
    run = (sys.executable, "-m", "coverage", "run", "--data-file=data", "--source=shelf", "shelf/books.py")
    subprocess.run(run, cwd=tmp_path, check=True)
    return tmp_path / "data"


class TestPercentOf:
    def test_counts_the_statements_of_the_package_that_ran(self, data: Path):
        assert percent_of("shelf", data, root=data.parent) == 75.0

    def test_a_package_that_was_not_measured_has_0(self, data: Path):
        assert percent_of("order_service", data, root=data.parent) == 0.0
