"""
Pact files: read, merged from the files of many tests, and written so that the same contract is the same text.

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
    """A contract, or a set of contracts, is not usable. The text names it and says what is wrong."""


@dataclass(frozen=True, order=True)
class Interaction:
    """A request or a message of a pact."""

    consumer: str
    provider: str
    description: str
    states: tuple[str, ...] = ()
    is_message: bool = False

    def __str__(self) -> str:
        return f"{self.consumer}: {self.description}"


@dataclass(frozen=True)
class Pact:
    """
    Everything that one consumer needs of one provider.

    :param raw: the interactions as they are in the file.
    """

    consumer: str
    provider: str
    raw: tuple[dict[str, Any], ...]

    @classmethod
    def read(cls, path: Path) -> "Pact":
        """:raises ContractError: this is no pact file."""
        try:
            file = json.loads(path.read_text())
            return cls(file["consumer"]["name"], file["provider"]["name"], tuple(file.get("interactions", ())))
        except (ValueError, KeyError, TypeError) as error:
            raise ContractError(f"{path} is no pact file: {error!r}") from error

    @property
    def file_name(self) -> str:
        return f"{self.consumer}-{self.provider}.json"

    @property
    def interactions(self) -> list[Interaction]:
        return [self._interaction(each) for each in self.raw]

    def _interaction(self, raw: dict[str, Any]) -> Interaction:
        return Interaction(
            consumer=self.consumer,
            provider=self.provider,
            description=raw["description"],
            states=tuple(state["name"] for state in raw.get("providerStates", ())),
            is_message=raw["type"] == "Asynchronous/Messages",
        )

    def text(self) -> str:
        """The file's text: sorted, and without the versions of the tools that wrote it."""
        whole = {
            "consumer": {"name": self.consumer},
            "interactions": sorted(self.raw, key=lambda each: each["description"]),
            "metadata": {"pactSpecification": {"version": "4.0"}},
            "provider": {"name": self.provider},
        }
        return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_all(folder: Path = PACTS) -> list[Pact]:
    return [Pact.read(path) for path in sorted(folder.glob("*.json"))]


def merge(folder: Path) -> list[Pact]:
    """
    One pact for each consumer and provider, from the files that tests wrote in the folders below `folder`.

    :raises ContractError: two tests describe different interactions by the same words.
    """
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for path in sorted(folder.rglob("*.json")):
        part = Pact.read(path)
        known = found.setdefault((part.consumer, part.provider), {})
        for interaction in part.raw:
            description = interaction["description"]
            if known.setdefault(description, interaction) != interaction:
                names = f"{part.consumer} describe different interactions with {part.provider}"
                raise ContractError(f"two tests of {names} as '{description}'")
    return [Pact(*pair, tuple(interactions.values())) for pair, interactions in sorted(found.items())]


def write_all(pacts: Iterable[Pact], folder: Path = PACTS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for pact in pacts:
        (folder / pact.file_name).write_text(pact.text())
