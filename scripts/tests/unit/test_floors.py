from pathlib import Path

from scripts.shop.floors import Floors


class TestFloors:
    def test_without_a_file_there_are_none(self, tmp_path: Path):
        assert Floors.read(tmp_path / "floors.toml").of("unit", "order_service") is None

    def test_floors_are_read_as_they_were_written(self, tmp_path: Path):
        file = tmp_path / "floors.toml"
        floors = Floors(floors={"unit": {"order_service": 7}}, skips={"a.test_b": "needs a printer"})
        floors.record("component", "order_service", 12)

        floors.write(file)

        again = Floors.read(file)
        assert again.of("unit", "order_service") == 7
        assert again.of("component", "order_service") == 12
        assert again.skips == {"a.test_b": "needs a printer"}
