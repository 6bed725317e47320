"""The folders of a test's pacts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.contracts import consumer, pacts


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's pacts are written."""
    folder = tmp_path / "written"
    monkeypatch.setattr(consumer, "FOLDER", str(folder))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pacts"


@pytest.fixture
def keep(written: Path, folder: Path) -> Callable[[], Path]:
    """`keep()`: merges what was written so far into the folder that it returns."""

    def keep() -> Path:
        pacts.write_all(pacts.merge(written), folder)
        return folder

    return keep
