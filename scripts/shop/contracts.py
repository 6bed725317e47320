"""
The order of the contract layer: consumers' tests write pacts, pacts/ is updated, providers' tests verify them.

pacts/ is written by the consumers' tests alone. When a test writes another pact than the committed one, the run is red
and says what differs. pacts/ has the new pacts then: to agree with the change, commit them.
"""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.suites import CONSUMER, PROVIDER, Suite
from scripts.shop.verdicts import Verdict
from tests.support.contracts import overview, pacts, wording

LAYER = "contract"
PACTS = Suite(LAYER, "pacts", pacts.PACTS)
"""The comparison of the pacts written with those in pacts/; shown as one of the suites."""

ADVICE = "the consumers' needs changed; pacts/ is updated: commit it if that is right"


@dataclass(frozen=True)
class PactFolders:
    """Where the tests of one run write their pacts, and the folder with the committed ones."""

    written: Path
    kept: Path = pacts.PACTS

    def begin(self) -> None:
        shutil.rmtree(self.written, ignore_errors=True)

    def environment(self, suite: Suite) -> dict[str, str]:
        """The variables for a suite of this layer."""
        return {"PACTS_WRITTEN_TO": str(self.written / suite.owner)}

    @staticmethod
    def arguments(suite: Suite) -> list[str]:
        """A consumer's test needs the tables, but not the migrations."""
        return ["--no-migrations"] if suite.part == CONSUMER else []

    def update(self, consumers: Collection[str]) -> Verdict:
        """
        Update the pacts of these consumers, whose tests all passed.

        :return: red when the tests wrote other pacts than the committed ones.
        """
        everything = pacts.read_all(self.kept)
        before = [pact for pact in everything if pact.consumer in consumers]
        try:
            now = [pact for consumer in sorted(consumers) for pact in pacts.merge(self.written / consumer)]
        except pacts.ContractError as error:
            return Verdict(0, 1, (str(error),))

        others = [pact for pact in everything if pact.consumer not in consumers]
        rewritten = self._rewrite(before, now, overview.readme([*others, *now]))
        differs = wording.differences(before, now) or [f"{name} was not written by the tests" for name in rewritten]
        if not differs:
            return Verdict(len(now), 0)
        return Verdict(len(now), len(differs), (ADVICE,), tuple(differs))

    def _rewrite(self, before: Sequence[pacts.Pact], now: Sequence[pacts.Pact], readme: str) -> list[str]:
        """Write the files whose text differs, and return their names."""
        texts = {pact.file_name: pact.text() for pact in now} | {"README.md": readme}
        for removed in {pact.file_name for pact in before} - texts.keys():
            (self.kept / removed).unlink()
        stale = [name for name, text in texts.items() if _text(self.kept / name) != text]
        self.kept.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (self.kept / name).write_text(texts[name])
        return stale


def with_providers(chosen: Sequence[Suite], existing: Sequence[Suite], *, kept: Path = pacts.PACTS) -> list[Suite]:
    """These suites, and those that verify the pacts of the consumers among them."""
    consumers = {suite.owner for suite in chosen if suite.part == CONSUMER}
    providers = {pact.provider for pact in pacts.read_all(kept) if pact.consumer in consumers}
    verifying = [suite for suite in existing if suite.part == PROVIDER and suite.owner in providers]
    return list(dict.fromkeys([*chosen, *verifying]))


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
