"""The HTML page of a run, made in the environment that has the library for plots."""

import subprocess
from pathlib import Path

from scripts.shop.errors import CannotRun
from scripts.shop.load.generator import PYTHON
from scripts.shop.project import ROOT


def write(folder: Path) -> Path:
    """
    From result.json in this folder, the page beside it.

    :raises CannotRun: it could not be made.
    """
    file = folder / "report.html"
    command = [str(PYTHON), "-m", "tests.load.report", str(folder / "result.json"), str(file)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotRun(f"The report could not be made:\n{made.stderr}")
    return file
