"""The suites of tests: a suite is one layer of one owner, and a folder."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.project import ROOT, SERVICES

LAYERS = ("unit", "component", "integration", "contract", "e2e", "load", "chaos", "performance")
CONSUMER, PROVIDER = "consumer", "provider"
"""The two sides of a contract are two suites: providers verify what consumers wrote before."""
ALONE = ("load", "chaos")
"""Layers that measure the whole shop: nothing else runs meanwhile."""
SHOP = "shop"
"""Owner of the suites in tests/, which are about several services."""

FOLDERS = {
    "servicekit": "servicekit/tests",
    **{service.name: f"{service.name}/tests" for service in SERVICES},
    "scripts": "scripts/tests",
    "support": "tests/support/tests",
    SHOP: "tests",
}


class NoSuchSuite(Exception):
    """The text lists what there is."""


@dataclass(frozen=True, order=True)
class Suite:
    layer: str
    owner: str
    path: Path
    part: str = ""
    """CONSUMER or PROVIDER, for contracts."""

    def __str__(self) -> str:
        return f"{self.layer}/{self.name}"

    @property
    def name(self) -> str:
        """Unique in its layer."""
        return f"{self.owner}-{self.part}" if self.part else self.owner


def find(root: Path = ROOT) -> list[Suite]:
    """Every suite, in the order of the layers. A suite is a folder with a Python file."""
    return [
        Suite(layer, owner, path, part)
        for layer in LAYERS
        for owner, folder in FOLDERS.items()
        for part, path in _parts(root / folder / layer)
        if any(path.rglob("*.py"))
    ]


def choose(suites: Sequence[Suite], *, layers: Iterable[str] = (), owner: str | None = None) -> list[Suite]:
    """
    The suites of these layers and this owner; without layers or owner, of all.

    :raises NoSuchSuite: a layer or owner does not exist, or nothing is left.
    """
    wanted = tuple(layers)
    existing = list(dict.fromkeys(suite.layer for suite in suites))
    for layer in wanted:
        if layer not in existing:
            raise NoSuchSuite(f"There is no layer {layer!r}. The layers: {', '.join(existing)}.")
    if owner is not None and owner not in FOLDERS:
        raise NoSuchSuite(f"There is no service {owner!r}. The owners of tests: {', '.join(FOLDERS)}.")

    chosen = [suite for suite in suites if (not wanted or suite.layer in wanted) and owner in (None, suite.owner)]
    if not chosen:
        raise NoSuchSuite(f"{owner} has no tests in: {', '.join(wanted or existing)}.")
    return chosen


def _parts(path: Path) -> list[tuple[str, Path]]:
    sides = [(side, path / side) for side in (CONSUMER, PROVIDER) if (path / side).is_dir()]
    return sides or [("", path)]
