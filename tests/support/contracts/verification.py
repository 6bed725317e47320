"""The result of a verification. Pact itself succeeds when it verified nothing, so the interactions are counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.contracts.pacts import Interaction


class Verification:
    """
    What Pact verified.

    :param results: Pact's own.
    :param errors: of the provider's functions, by the name of the state or message.
    """

    def __init__(self, results: Mapping[str, Any], errors: Mapping[str, Exception] | None = None):
        self.passed = results["result"]
        self.errors = errors or {}
        self.outcomes = {(each["consumer"], each["description"]): each for each in results["interactionResults"]}
        self.count = Counter(each["consumer"] for each in results["interactionResults"])

    def check(self, interaction: Interaction) -> None:
        """:raises AssertionError: the provider does not fulfil this interaction, or it was not verified."""
        outcome = self.outcomes.get((interaction.consumer, interaction.description))
        if outcome is None:
            raise AssertionError(f"'{interaction.description}' of {interaction.provider} was not verified")
        for name in (interaction.description, *interaction.states):
            if error := self.errors.get(name):
                raise AssertionError(f"{interaction.provider} cannot provide '{name}': {error!r}") from error
        if outcome["result"] != "OK":
            raise AssertionError(_mismatches(interaction, outcome))

    def check_complete(self, interactions: Sequence[Interaction]) -> None:
        """:raises AssertionError: for some consumer fewer or more interactions were verified than its pact has."""
        expected = Counter(each.consumer for each in interactions)
        if not expected or expected != self.count:
            raise AssertionError(f"the pacts have {dict(expected)} interactions, verified were {dict(self.count)}")


def _mismatches(interaction: Interaction, outcome: Mapping[str, Any]) -> str:
    mismatch = outcome.get("mismatch", {})
    reasons = [_reason(each) for each in mismatch.get("mismatches", ())] or [str(mismatch.get("message", mismatch))]
    heading = f"{interaction.provider} breaks the pact with {interaction.consumer}, '{interaction.description}'"
    return f"{heading}: " + "; ".join(sorted(reasons))


def _reason(mismatch: Mapping[str, Any]) -> str:
    where = mismatch.get("path") or mismatch.get("key") or ""
    return f"{where} {mismatch.get('mismatch', mismatch)}".strip()
