"""Measures how much of each package the unit and component layers run together."""

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.shop.progress import say
from scripts.shop.project import ROOT, SERVICES
from scripts.shop.tables import table

LAYERS = ("unit", "component")
GOAL_PERCENT = 95.0
# The kit's worker, server and dead letters are tested as processes and on a real broker, which is not measured here.
GOAL_OF_KIT_PERCENT = 92.0
PACKAGES = ("servicekit", *(service.name for service in SERVICES))
GOALS = dict.fromkeys(PACKAGES, GOAL_PERCENT) | {"servicekit": GOAL_OF_KIT_PERCENT}


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
    """Print a line for each package; True when each reaches the goal."""
    data = folder / "data"
    _coverage("combine", "--quiet", f"--data-file={data}", str(folder))
    percents = {package: percent_of(package, data) for package in PACKAGES}
    below = {package for package, percent in percents.items() if percent < GOALS[package]}

    say("\nStatements and branches that unit and component tests run together:")
    verdicts = {package: f"RED: below {GOALS[package]:.0f} %" if package in below else "green" for package in PACKAGES}
    say(table([(package, f"{percent:.1f} %", verdicts[package]) for package, percent in percents.items()]))
    for package in below:
        ended = _coverage("report", f"--data-file={data}", f"--include={package}/*")
        say(ended.stdout + ended.stderr)
    return not below


def percent_of(package: str, data: Path, *, root: Path = ROOT) -> float:
    """The share of statements and branches that ran; 0 for a package of which nothing was measured."""
    options = (f"--data-file={data}", f"--include={package}/*", "--format=total", "--precision=1")
    ended = _coverage("report", *options, root=root)
    return float(ended.stdout) if ended.returncode == 0 else 0.0


def _coverage(*arguments: str, root: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
