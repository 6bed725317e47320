"""The changes, from the TOML files in this folder: one for each package that is changed."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


class NoLongerApplies(Exception):
    """The text to replace is not exactly once in its file any more, so the change must be adjusted."""


@dataclass(frozen=True)
class Change:
    """
    One text of one file is replaced by another.

    :param run: the folder of tests to run; or a service, for its consumer tests and the providers of its pacts.
    :param red: the test file that must fail; empty for a harmless change.
    :param because: a text that the reason must contain, so that the test does not fail for another reason.
    """

    kind: str
    what: str
    file: str
    old: str
    new: str
    run: str
    red: str = ""
    because: str = ""

    def applied_to(self, text: str) -> str:
        """:raises NoLongerApplies: the old text is not there exactly once."""
        if (count := text.count(self.old)) != 1:
            raise NoLongerApplies(f"{self.file} has {count} times the text {self.old.strip()!r}")
        return text.replace(self.old, self.new)


def _read(key: str) -> tuple[Change, ...]:
    files = [tomllib.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("*.toml"))]
    return tuple(Change(**change) for file in files for change in file.get(key, ()))


BREAKING = _read("breaking")
HARMLESS = _read("harmless")
