"""A shop that several tests put under load, and scripts/load.sh as a person calls it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.shop.load.target import MAIL_API, UNLIMITED, Target, target
from scripts.shop.project import ROOT


@dataclass(frozen=True)
class Outcome:
    """What a person sees, and what the run wrote."""

    code: int
    said: str
    result: dict[str, Any]
    page: str

    @property
    def complaints(self) -> list[str]:
        return [line.removeprefix("RED: ") for line in self.said.splitlines() if line.startswith("RED: ")]


@pytest.fixture(scope="module")
def load() -> Callable[..., Outcome]:
    def run(*arguments: str) -> Outcome:
        folder = ROOT / "reports" / "load" / arguments[0]
        for old in ("result.json", "report.html"):
            (folder / old).unlink(missing_ok=True)
        ended = subprocess.run(("scripts/load.sh", *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
        written = folder / "result.json"
        page = folder / "report.html"
        return Outcome(
            ended.returncode,
            ended.stdout + ended.stderr,
            json.loads(written.read_text()) if written.exists() else {},
            page.read_text() if page.exists() else "",
        )

    return run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """On this machine's servers, for the tests that do something to it, or send only a little."""
    with pytest.MonkeyPatch.context() as environment:
        for variable in UNLIMITED:
            environment.setenv(variable, "")  # so that what `target` sets is undone at the end
        with target("native", folder=Path(tmp_path_factory.mktemp("shop")), stop=lambda: None) as started:
            environment.setenv(MAIL_API, started.mail_api)
            yield started
