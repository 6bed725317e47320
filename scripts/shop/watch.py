"""`scripts/test-watch.sh`: runs again what a saved file touches."""

import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

import watchfiles

from scripts.shop import jobs, suites
from scripts.shop.floors import FILE as FLOORS_FILE
from scripts.shop.floors import Floors
from scripts.shop.progress import say
from scripts.shop.project import ROOT, run_dir
from scripts.shop.testrun import TestRun

KIT = "servicekit"


def touched(files: Iterable[Path], root: Path = ROOT) -> tuple[list[Path], list[str]]:
    """
    What these saved files ask for: test files to run by themselves, and owners whose unit layer to run.

    A test file asks for itself. The kit's code asks for everybody's unit tests, as everybody uses it.
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
    stop = threading.Event()
    folders = [ROOT / owner for owner in suites.FOLDERS if (ROOT / owner).is_dir()]
    say(f"Watching {', '.join(folder.name for folder in folders)}. Ctrl-C ends it.")
    try:
        for changes in watchfiles.watch(*folders, stop_event=stop, raise_interrupt=True):
            saved = [Path(name) for change, name in changes if change is not watchfiles.Change.deleted]
            _run(*touched(saved))
    except KeyboardInterrupt:
        say("\nNo longer watching.")
    return 0


def _run(test_files: list[Path], owners: list[str]) -> None:
    for file in test_files:
        say(f"\n{file.relative_to(ROOT)}")
        log = run_dir() / "tests" / "logs" / "watch.log"
        command = (sys.executable, "-m", "pytest", "-q", str(file))
        [result] = jobs.run([jobs.Job(file.name, command, log=log, environment=os.environ)])
        say(result.output)

    units = [suite for suite in suites.find() if suite.layer == "unit" and suite.owner in owners]
    if units:
        say(f"\nunit: {', '.join(suite.owner for suite in units)}")
        TestRun(units, floors=Floors.read(ROOT / FLOORS_FILE)).run()


def _in_unit_of(owners: list[str], file: Path, root: Path) -> bool:
    """Its owner's whole unit layer runs anyway."""
    owner, *folders = file.relative_to(root).parts
    return owner in owners and "unit" in folders


if __name__ == "__main__":
    sys.exit(main())
