"""
The contract layer's order: consumers write down what they need, pacts/ is brought up to date, providers replay it.

pacts/ is written from the consumers' tests alone. When what they wrote is not what is there, the run is red and says
what differs; the folder then holds the new pacts, and committing them is how one agrees.
"""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.suites import CONSUMER, PROVIDER, Suite
from scripts.shop.verdicts import Verdict
from tests.support.contracts import pacts, picture, wording

LAYER = "contract"
PACTS = Suite(LAYER, "pacts", pacts.PACTS)
"""The comparison of what is needed now with what was; it has its line among the suites."""

ADVICE = "needs changed; pacts/ is up to date now: commit it if that is right"


@dataclass(frozen=True)
class Exchange:
    """The pacts of one run: where the tests write them, and the folder that keeps them."""

    written: Path
    kept: Path = pacts.PACTS

    def begin(self) -> None:
        shutil.rmtree(self.written, ignore_errors=True)

    def environment(self, suite: Suite) -> dict[str, str]:
        """What a suite of this layer needs to know."""
        return {"PACTS_WRITTEN_TO": str(self.written / suite.owner)}

    @staticmethod
    def arguments(suite: Suite) -> list[str]:
        """A consumer's rows want its models, and nothing of how the tables came to be."""
        return ["--no-migrations"] if suite.part == CONSUMER else []

    def renew(self, consumers: Collection[str]) -> Verdict:
        """
        Bring the pacts of these consumers, whose tests all passed, up to date.

        :return: red when the pacts that were there are not the ones that the tests write.
        """
        everything = pacts.read_all(self.kept)
        before = [pact for pact in everything if pact.consumer in consumers]
        try:
            now = [pact for consumer in sorted(consumers) for pact in pacts.gather(self.written / consumer)]
        except pacts.ContractError as error:
            return Verdict(0, 1, (str(error),))

        others = [pact for pact in everything if pact.consumer not in consumers]
        rewritten = self._rewrite(before, now, picture.readme([*others, *now]))
        differs = wording.differences(before, now) or [f"{name} was not written by the tests" for name in rewritten]
        if not differs:
            return Verdict(len(now), 0)
        return Verdict(len(now), len(differs), (ADVICE,), tuple(differs))

    def _rewrite(self, before: Sequence[pacts.Pact], now: Sequence[pacts.Pact], readme: str) -> list[str]:
        """Write what is not there already, and give the names of these files."""
        texts = {pact.file_name: pact.text() for pact in now} | {"README.md": readme}
        for gone in {pact.file_name for pact in before} - texts.keys():
            (self.kept / gone).unlink()
        stale = [name for name, text in texts.items() if _text(self.kept / name) != text]
        self.kept.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (self.kept / name).write_text(texts[name])
        return stale


def with_concerned(chosen: Sequence[Suite], existing: Sequence[Suite], *, kept: Path = pacts.PACTS) -> list[Suite]:
    """These suites, and those that replay the pacts of the consumers among them."""
    consumers = {suite.owner for suite in chosen if suite.part == CONSUMER}
    providers = {pact.provider for pact in pacts.read_all(kept) if pact.consumer in consumers}
    concerned = [suite for suite in existing if suite.part == PROVIDER and suite.owner in providers]
    return list(dict.fromkeys([*chosen, *concerned]))


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
