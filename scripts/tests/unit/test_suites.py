from pathlib import Path

import pytest

from scripts.shop.suites import NoSuchSuite, Suite, choose, find


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with two suites, and a folder with nothing but an old cache."""
    for folder in ("order_service/tests/unit", "tests/e2e"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "test_it.py").touch()
    (tmp_path / "user_service/tests/unit/__pycache__").mkdir(parents=True)
    return tmp_path


class TestFind:
    def test_suites_are_the_folders_with_python_files(self, shop: Path):
        assert list(map(str, find(shop))) == ["unit/order_service", "e2e/shop"]


class TestChoose:
    UNIT = Suite("unit", "order_service", Path("a"))
    E2E = Suite("e2e", "shop", Path("b"))

    def test_nothing_named_chooses_all(self):
        assert choose([self.UNIT, self.E2E]) == [self.UNIT, self.E2E]

    def test_a_layer_chooses_its_suites(self):
        assert choose([self.UNIT, self.E2E], layers=["e2e"]) == [self.E2E]

    def test_a_service_chooses_its_suites(self):
        assert choose([self.UNIT, self.E2E], owner="order_service") == [self.UNIT]

    def test_an_unknown_layer_is_an_error_that_lists_the_layers(self):
        with pytest.raises(NoSuchSuite, match=r"no layer 'foo'\. The layers: unit, e2e"):
            choose([self.UNIT, self.E2E], layers=["foo"])

    def test_an_unknown_service_is_an_error_that_lists_the_services(self):
        with pytest.raises(NoSuchSuite, match="no service 'gift_service'"):
            choose([self.UNIT], owner="gift_service")

    def test_a_choice_without_suites_is_an_error(self):
        with pytest.raises(NoSuchSuite, match="user_service has no tests in: unit"):
            choose([self.UNIT], layers=["unit"], owner="user_service")
