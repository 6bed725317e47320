"""The minimum number of tests of each suite (tests/floors.toml): a suite that runs fewer is red."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

FILE = Path("tests/floors.toml")

HEAD = """\
# The minimum number of tests of each layer and owner: fewer is red (scripts/test.sh).
# After adding or removing tests: scripts/test.sh --record-floors

# Tests that may be skipped, with the reason. Any other skipped test is red.
[skips]
"""


class Floors:
    def __init__(self, floors: Mapping[str, Mapping[str, int]], skips: Mapping[str, str]) -> None:
        self._floors = {layer: dict(owners) for layer, owners in floors.items()}
        self.skips = dict(skips)

    @classmethod
    def read(cls, file: Path) -> "Floors":
        content = tomllib.loads(file.read_text()) if file.exists() else {}
        return cls(floors=content.get("floors", {}), skips=content.get("skips", {}))

    def of(self, layer: str, owner: str) -> int | None:
        return self._floors.get(layer, {}).get(owner)

    def record(self, layer: str, owner: str, passed: int) -> None:
        self._floors.setdefault(layer, {})[owner] = passed

    def write(self, file: Path) -> None:
        lines = [HEAD.rstrip("\n"), *(f'"{test}" = "{reason}"' for test, reason in sorted(self.skips.items()))]
        for layer, owners in self._floors.items():
            lines += ["", f"[floors.{layer}]", *(f"{owner} = {count}" for owner, count in owners.items())]
        file.write_text("\n".join(lines) + "\n")
