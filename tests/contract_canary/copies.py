"""Copies of the project with one change."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract_canary.changes import Change
from tests.support.contracts.pacts import ROOT

COPIED = ("conftest.py", "pytest.ini", "pyproject.toml", "*_service", "servicekit", "scripts", "tests", "pacts")
SHARED = (".tools", ".venv")  # too large to copy, and never written


@contextmanager
def copy_with(change: Change, folder: Path) -> Iterator[Path]:
    """
    A copy of the project in this folder, deleted after the block.

    :raises NoLongerApplies: the change does not fit the project.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for pattern in COPIED:
        for path in ROOT.glob(pattern):
            shutil.copytree(path, folder / path.name) if path.is_dir() else shutil.copy2(path, folder)
    for name in SHARED:
        (folder / name).symlink_to(ROOT / name)
    try:
        file = folder / change.file
        file.write_text(change.applied_to(file.read_text()))
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
