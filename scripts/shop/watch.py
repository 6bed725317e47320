"""`scripts/test-watch.sh`: runs tests whenever a file is saved."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import watchfiles

from scripts.shop import suites
from scripts.shop.floors import FILE as FLOORS_FILE
from scripts.shop.floors import Floors
from scripts.shop.progress import say
from scripts.shop.project import ROOT
from scripts.shop.testrun import TestRun

KIT = "servicekit"


def touched(files: Iterable[Path], root: Path = ROOT) -> tuple[list[Path], list[str]]:
    """
    The test files to run after these files were saved, and the owners whose unit tests to run.

    The kit's code asks for all unit tests, because every service uses it.
    """
    test_files: list[Path] = []
    owners: list[str] = []
    for file in sorted(set(files)):
        owner = file.relative_to(root).parts[0]
        if file.suffix != ".py" or owner not in suites.FOLDERS:
            continue
        if file.name.startswith("test_"):
            test_files.append(file)
        elif owner == KIT and "tests" not in file.parts:
            owners += suites.FOLDERS
        else:
            owners.append(owner)
    owners = list(dict.fromkeys(owners))
    return [file for file in test_files if not _in_unit_of(owners, file, root)], owners


def main() -> int:
    folders = [ROOT / owner for owner in suites.FOLDERS if (ROOT / owner).is_dir()]
    say("Waiting for a file to be saved. Ctrl-C ends it.")
    try:
        for changes in watchfiles.watch(*folders):
            saved = [Path(name) for change, name in changes if change is not watchfiles.Change.deleted]
            _run(*touched(saved))
    except KeyboardInterrupt:
        say("\nStopped.")
    return 0


def _run(test_files: list[Path], owners: list[str]) -> None:
    for file in test_files:
        say(f"\n{file.relative_to(ROOT)}")
        subprocess.run([sys.executable, "-m", "pytest", "-q", str(file)], cwd=ROOT, check=False)

    units = [suite for suite in suites.find() if suite.layer == "unit" and suite.owner in owners]
    if units:
        say(f"\nunit: {', '.join(suite.owner for suite in units)}")
        TestRun(units, floors=Floors.read(ROOT / FLOORS_FILE)).run()


def _in_unit_of(owners: list[str], file: Path, root: Path) -> bool:
    """Whether it is run with its owner's unit tests."""
    owner, *folders = file.relative_to(root).parts
    return owner in owners and "unit" in folders


if __name__ == "__main__":
    sys.exit(main())
