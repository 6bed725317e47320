"""
Pact files: read, gathered from the processes that wrote them, and kept so that one contract is one text.

The format is Pact's own, version 4: https://github.com/pact-foundation/pact-specification/tree/version-4
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PACTS = ROOT / "pacts"


class ContractError(Exception):
    """The contracts cannot be worked with as they are; the message names the contract and what is wrong with it."""


@dataclass(frozen=True, order=True)
class Promise:
    """One interaction of a pact: what a provider promised to a consumer."""

    consumer: str
    provider: str
    description: str
    states: tuple[str, ...] = ()
    is_message: bool = False

    def __str__(self) -> str:
        return f"{self.consumer}: {self.description}"


@dataclass(frozen=True)
class Pact:
    """Everything that one consumer needs of one provider."""

    consumer: str
    provider: str
    interactions: tuple[dict[str, Any], ...]

    @classmethod
    def read(cls, path: Path) -> "Pact":
        """:raises ContractError: this is no pact file."""
        try:
            raw = json.loads(path.read_text())
            return cls(raw["consumer"]["name"], raw["provider"]["name"], tuple(raw.get("interactions", ())))
        except (ValueError, KeyError, TypeError) as error:
            raise ContractError(f"{path} is no pact file: {error!r}") from error

    @property
    def file_name(self) -> str:
        return f"{self.consumer}-{self.provider}.json"

    @property
    def promises(self) -> list[Promise]:
        return [self._promise(each) for each in self.interactions]

    def _promise(self, interaction: dict[str, Any]) -> Promise:
        return Promise(
            consumer=self.consumer,
            provider=self.provider,
            description=interaction["description"],
            states=tuple(state["name"] for state in interaction.get("providerStates", ())),
            is_message=interaction["type"] == "Asynchronous/Messages",
        )

    def text(self) -> str:
        """The same contract is the same text: sorted, and without the versions of the tools that wrote it."""
        whole = {
            "consumer": {"name": self.consumer},
            "interactions": sorted(self.interactions, key=lambda each: each["description"]),
            "metadata": {"pactSpecification": {"version": "4.0"}},
            "provider": {"name": self.provider},
        }
        return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_all(folder: Path = PACTS) -> list[Pact]:
    return [Pact.read(path) for path in sorted(folder.glob("*.json"))]


def gather(folder: Path) -> list[Pact]:
    """
    The pacts that tests left in the folders below `folder`, one pact for each consumer and provider.

    :raises ContractError: two tests describe different things in the same words.
    """
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for path in sorted(folder.rglob("*.json")):
        piece = Pact.read(path)
        known = found.setdefault((piece.consumer, piece.provider), {})
        for interaction in piece.interactions:
            description = interaction["description"]
            if known.setdefault(description, interaction) != interaction:
                raise ContractError(
                    f"two tests of {piece.consumer} call different things of {piece.provider} '{description}'"
                )
    return [Pact(*pair, tuple(interactions.values())) for pair, interactions in sorted(found.items())]


def write_all(pacts: Iterable[Pact], folder: Path = PACTS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for pact in pacts:
        (folder / pact.file_name).write_text(pact.text())
