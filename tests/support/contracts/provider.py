"""
The provider's side: every promise in pacts/ is kept by the running service and by the code that really publishes.

Pact itself passes when it verified nothing. So what is in the files, what the provider can be asked for and what was
verified are three lists, and they are compared.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pact import Verifier
from pact.types import Message
from servicekit.outbox import WireMessage

from tests.support.contracts.pacts import PACTS, ContractError, Promise, read_all
from tests.support.contracts.server import Service, running

State = Callable[..., object]
Producer = Callable[[], WireMessage]
Source = Callable[[Verifier], object]


@dataclass(frozen=True)
class Provider:
    """
    A service, and how to bring it where its consumers expect it to be.

    :param states: by the consumers' words for them; each makes rows, with the state's parameters as keywords.
    :param messages: by the consumers' words for them; each calls the service and gives what the relay would publish.
    :param token: gives a real token for a service's name or for "user-7".
    """

    name: str
    states: Mapping[str, State] = field(default_factory=dict)
    messages: Mapping[str, Producer] = field(default_factory=dict)
    token: Callable[[str], str] = lambda whom: f"no tokens are known here, not for {whom}"

    def promises(self, folder: Path = PACTS) -> list[Promise]:
        """
        What the pacts in this folder ask of this provider.

        :raises ContractError: nothing is asked of a provider of this name; a state or message of the pacts has
            nobody who makes it here, or one that is made here is in no pact.
        """
        pacts = read_all(folder)
        promises = sorted(each for pact in pacts if pact.provider == self.name for each in pact.promises)
        if not promises:
            known = ", ".join(sorted({pact.provider for pact in pacts})) or "nobody"
            raise ContractError(f"no pact in {folder.name}/ asks anything of {self.name!r}; asked are: {known}")
        self._compare("state", {name: each for each in promises for name in each.states}, self.states)
        self._compare("message", {each.description: each for each in promises if each.is_message}, self.messages)
        return promises

    def verify(
        self, source: Source, *, serve: Callable[..., AbstractContextManager[Service]] = running
    ) -> "Verification":
        """Run the service, and let Pact replay what `source` adds to its verifier."""
        with serve(token=self.token) as service:
            verifier = Verifier(self.name, host="127.0.0.1").add_transport(url=service.url)
            verifier.set_coloured_output(enabled=False)
            verifier.state_handler(service.sharing_its_database(_Stage(self, service).set), teardown=True)
            verifier.message_handler(service.sharing_its_database(_Stage(self, service).say))
            source(verifier)
            try:
                verifier.verify()
            except RuntimeError as failure:
                return Verification(verifier.results, failure)
            return Verification(verifier.results)

    def verify_folder(self, folder: Path = PACTS) -> "Verification":
        return self.verify(lambda verifier: verifier.add_source(folder))

    def _compare(self, kind: str, wanted: Mapping[str, Promise], made: Mapping[str, object]) -> None:
        missing = [f"{name!r} (for {wanted[name]})" for name in wanted if name not in made]
        unused = [repr(name) for name in made if name not in wanted]
        if missing:
            raise ContractError(f"{self.name} does not know how to make the {kind} {', '.join(missing)}")
        if unused:
            raise ContractError(f"{self.name} makes the {kind} {', '.join(unused)}, which no pact asks for")


@dataclass(frozen=True)
class _Stage:
    """What Pact calls while it verifies."""

    provider: Provider
    service: Service

    def set(self, state: str, action: str, parameters: dict[str, Any] | None) -> None:
        if action == "teardown":
            self.service.forget_everything()
        elif state:
            self.provider.states[state](**(parameters or {}))

    def say(self, name: str) -> Message:
        wire = self.provider.messages[name]()
        self.service.forget_everything()
        metadata = {"exchange": wire.exchange, "routing_key": wire.routing_key, **wire.properties, **wire.headers}
        return Message(contents=wire.body.encode(), metadata=metadata, content_type=wire.properties["content_type"])


class Verification:
    """What Pact says it verified."""

    def __init__(self, results: Mapping[str, Any], failure: RuntimeError | None = None):
        self.failure = failure
        self.outcomes = {(each["consumer"], each["description"]): each for each in results["interactionResults"]}
        self.count = Counter(each["consumer"] for each in results["interactionResults"])

    def check(self, promise: Promise) -> None:
        """:raises AssertionError: this promise was broken, or was never looked at."""
        outcome = self.outcomes.get((promise.consumer, promise.description))
        if outcome is None:
            raise AssertionError(f"{promise.provider} was never asked for '{promise.description}'")
        if outcome["result"] != "OK":
            raise AssertionError(_broken(promise, outcome))

    def check_whole(self, promises: Sequence[Promise]) -> None:
        """:raises AssertionError: of some consumer fewer or more promises were verified than its pact has."""
        expected = Counter(each.consumer for each in promises)
        if not expected or expected != self.count:
            raise AssertionError(f"the pacts hold {dict(expected)} promises, verified were {dict(self.count)}")
        broken = [key for key, outcome in self.outcomes.items() if outcome["result"] != "OK"]
        if self.failure and not broken:
            raise AssertionError("Pact failed, though every promise is kept") from self.failure


def _broken(promise: Promise, outcome: Mapping[str, Any]) -> str:
    mismatch = outcome.get("mismatch", {})
    reasons = [_reason(each) for each in mismatch.get("mismatches", ())] or [str(mismatch.get("message", mismatch))]
    heading = f"{promise.provider} breaks its promise to {promise.consumer}, '{promise.description}'"
    return f"{heading}: " + "; ".join(sorted(reasons))


def _reason(mismatch: Mapping[str, Any]) -> str:
    where = mismatch.get("path") or mismatch.get("key") or ""
    return f"{where} {mismatch.get('mismatch', mismatch)}".strip()
