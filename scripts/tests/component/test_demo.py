"""The demo against a shop that does not answer."""

from pathlib import Path

import pytest

from scripts.shop import demo, ports
from scripts.shop.project import SERVICES


class ShutShop:
    """Addresses where nobody listens, and logs that tell why."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.doors = {name: f"http://127.0.0.1:{port}" for name, port in ports.free(SERVICES).items()}

    def log_ends(self, service: str) -> str:
        return f"the end of {service}: no room on the disk"

    def subjects_to(self, address: str) -> list[str]:
        return []

    def tick(self) -> None:
        pass


class TestAStepThatFails:
    def test_ends_the_demo_with_the_log_of_the_service_concerned(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        shop = ShutShop(tmp_path)

        assert demo.walk(shop) == 1

        said = capsys.readouterr().out
        assert said.startswith("✗ 1. registers: ")
        assert "no room on the disk" in said
        assert "order_service" not in said

    def test_fails_when_it_takes_too_long(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(demo, "STEP_SECONDS", 0.0)

        with pytest.raises(demo.StepFailed, match="more than 0 s"):
            demo._in_time(0.0)
