from pathlib import Path

import pytest

from scripts.shop import size


@pytest.fixture
def write(tmp_path: Path):
    """`write(name, lines)`: writes a module with so many lines of code, and returns its path in the project."""

    def write(name: str, lines: int) -> Path:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n" * lines)
        return Path(name)

    return write


class TestComplaints:
    def test_a_module_of_150_lines_is_accepted(self, tmp_path: Path, write):
        assert size.complaints(tmp_path, [write("order_service/models.py", 150)]) == []

    @pytest.mark.parametrize("name", ["order_service/models.py", "scripts/shop/run.py", "tests/support/locks.py"])
    def test_a_module_of_151_lines_is_too_long(self, tmp_path: Path, write, name: str):
        assert size.complaints(tmp_path, [write(name, 151)]) == [f"{name} has 151 lines, more than 150"]

    @pytest.mark.parametrize(
        "name", ["order_service/tests/fakes.py", "tests/e2e/test_buying.py", "order_service/migrations/0001_initial.py"]
    )
    def test_a_test_or_a_migration_may_be_longer(self, tmp_path: Path, write, name: str):
        assert size.complaints(tmp_path, [write(name, 151)]) == []

    def test_a_kit_of_2100_lines_is_too_long(self, tmp_path: Path, write):
        files = [write(f"servicekit/base/part_{number}.py", 100) for number in range(21)]

        assert size.complaints(tmp_path, files) == ["servicekit has 2100 lines of code, not under 2100"]
        assert size.complaints(tmp_path, files[1:]) == []

    def test_what_the_kit_has_for_tests_is_not_counted(self, tmp_path: Path, write):
        files = [write(f"servicekit/testing/part_{number}.py", 100) for number in range(21)]

        assert size.complaints(tmp_path, files) == []


class TestLinesOfCode:
    def test_comments_docstrings_and_empty_lines_are_not_counted(self):
        documented = '"""Two\nlines."""\n\n# a comment\ndef f():\n    """One line."""\n'
        source = documented + "    return (  # why\n        1,\n    )\n"

        assert size.lines_of_code(source) == 4
