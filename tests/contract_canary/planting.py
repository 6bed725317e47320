"""A copy of the tree with one change in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract_canary.changes import Change, Edit
from tests.support.contracts.pacts import ROOT

COPIED = ("conftest.py", "pytest.ini", "pyproject.toml", "*_service", "servicekit", "scripts", "tests", "pacts")
SHARED = (".tools", ".venv")  # too large to copy, and never written to


class NoLongerApplies(Exception):
    """The canary is out of date: the text that it changes stands elsewhere, twice, or nowhere."""


def edited(text: str, edit: Edit) -> str:
    """:raises NoLongerApplies: the old text is not there exactly once."""
    if (found := text.count(edit.old)) != 1:
        raise NoLongerApplies(f"{edit.file} has {found} times what the canary changes: {edit.old.strip()!r}")
    return text.replace(edit.old, edit.new)


def plant(change: Change, tree: Path) -> None:
    for edit in change.edits:
        path = tree / edit.file
        path.write_text(edited(path.read_text(), edit))


@contextmanager
def copy_with(change: Change, place: Path) -> Iterator[Path]:
    """A copy of the tree, which is gone afterwards."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for pattern in COPIED:
        for path in ROOT.glob(pattern):
            shutil.copytree(path, place / path.name) if path.is_dir() else shutil.copy2(path, place)
    for name in SHARED:
        (place / name).symlink_to(ROOT / name)
    try:
        plant(change, place)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
