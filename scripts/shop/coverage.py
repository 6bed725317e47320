"""Measures which statements and branches the unit and component layers reach together."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.progress import say
from scripts.shop.project import ROOT, SERVICES
from scripts.shop.tables import table

LAYERS = ("unit", "component")
GOAL_PERCENT = 95.0
PACKAGES = ("servicekit", *(service.name for service in SERVICES))


@dataclass
class Count:
    """Statements and branches of one package, and how many of them ran."""

    statements: int = 0
    branches: int = 0
    covered: int = 0

    @property
    def percent(self) -> float:
        there = self.statements + self.branches
        return 100.0 * self.covered / there if there else 0.0

    def add(self, summary: dict[str, int]) -> None:
        self.statements += summary["num_statements"]
        self.branches += summary["num_branches"]
        self.covered += summary["covered_lines"] + summary["covered_branches"]


def start_anew(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def command(folder: Path, owner: str) -> list[str]:
    """What stands before `-m pytest` to measure a suite: the owner's own package, and the kit that it uses."""
    if owner not in PACKAGES:
        return [sys.executable]
    sources = ",".join(dict.fromkeys((owner, "servicekit")))
    return [sys.executable, "-m", "coverage", "run", f"--data-file={folder / 'data'}", f"--source={sources}"]


def report(folder: Path) -> bool:
    """Print a table per package; True when each reaches the goal."""
    result = folder / "coverage.json"
    _coverage("combine", "--quiet", f"--data-file={folder / 'data'}", str(folder))
    _coverage("json", "--quiet", f"--data-file={folder / 'data'}", "-o", str(result))
    counts = count(json.loads(result.read_text())["files"])

    say("\nReached by unit and component tests together:")
    rows = [
        (package, f"{one.statements} statements", f"{one.branches} branches", f"{one.percent:.1f} %", _word(one))
        for package, one in counts.items()
    ]
    say(table(rows))
    reached = all(one.percent >= GOAL_PERCENT for one in counts.values())
    if not reached:
        _coverage("report", f"--data-file={folder / 'data'}")
    return reached


def count(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, Count]:
    """From coverage's JSON: a count per package. A package of which nothing was measured counts as not covered."""
    counts = {package: Count() for package in PACKAGES if (ROOT / package).is_dir()}
    for name, file in files.items():
        package = Path(name).parts[0]
        if package in counts:
            counts[package].add(file["summary"])
    return counts


def _word(one: Count) -> str:
    return "green" if one.percent >= GOAL_PERCENT else f"RED: below {GOAL_PERCENT:.0f} %"


def _coverage(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=ROOT, check=True)
