"""
The provider's side: every promise in pacts/ is kept by the running service and by the code that really publishes.

Pact itself passes when it verified nothing. So what is in the files, what the provider can be asked for and what was
verified are three lists, and they are compared.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.management import call_command
from django.test import override_settings
from pact import Verifier

from servicekit.base.telemetry import bound_request_id
from servicekit.messages.wire import WireMessage
from tests.support.contracts.pacts import PACTS, ContractError, Promise, read_all
from tests.support.contracts.server import MESSAGES, STATES, running

Made = TypeVar("Made")

PATIENCE = 60_000
"""Milliseconds for one answer: how fast is asked in other layers, and this machine may have other things to do."""
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
    :param settings: Django's, for the time of a verification.
    """

    name: str
    states: Mapping[str, State] = field(default_factory=dict)
    messages: Mapping[str, Producer] = field(default_factory=dict)
    token: Callable[[str], str] = lambda whom: f"no tokens are known here, not for {whom}"
    settings: Mapping[str, object] = field(default_factory=dict)

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

    def verify(self, source: Source) -> "Verification":
        """Run the service, and let Pact replay what `source` adds to its verifier."""
        stage = OnStage(self)
        with override_settings(**self.settings), running(stage) as port:
            url = f"http://127.0.0.1:{port}"
            verifier = Verifier(self.name, host="127.0.0.1").add_transport(url=url)
            verifier.add_transport(protocol="message", port=port, path=MESSAGES)
            verifier.state_handler(url + STATES, teardown=True, body=True)
            verifier.set_coloured_output(enabled=False)
            verifier.set_request_timeout(PATIENCE)
            source(verifier)
            # The exception says no more than that something failed; the results say what.
            with suppress(RuntimeError):
                verifier.verify()
        return Verification(verifier.results, stage.failures)

    def verify_folder(self, folder: Path = PACTS) -> "Verification":
        def add(verifier: Verifier) -> None:
            for path in sorted(folder.glob(f"*-{self.name}.json")):
                verifier.add_source(path)

        return self.verify(add)

    def _compare(self, kind: str, wanted: Mapping[str, Promise], made: Mapping[str, object]) -> None:
        missing = [f"{name!r} (for {wanted[name]})" for name in wanted if name not in made]
        unused = [repr(name) for name in made if name not in wanted]
        if missing:
            raise ContractError(f"{self.name} does not know how to make the {kind} {', '.join(missing)}")
        if unused:
            raise ContractError(f"{self.name} makes the {kind} {', '.join(unused)}, which no pact asks for")


class OnStage:
    """
    Carries out what Pact asks for while it verifies.

    What goes wrong then is kept for whoever looks at the promise, and Pact is answered: it would ask for two minutes.
    """

    def __init__(self, provider: Provider):
        self.provider = provider
        self.failures: dict[str, Exception] = {}

    def token(self, whom: str) -> str:
        return self.provider.token(whom)

    def bring_about(self, state: str, parameters: Mapping[str, Any]) -> None:
        self._kept(state, lambda: self.provider.states[state](**parameters))

    def say(self, message: str) -> WireMessage | None:
        with bound_request_id("a-request-of-the-provider"):
            return self._kept(message, self.provider.messages[message])

    def clear(self) -> None:
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        for cache in caches.all():
            cache.clear()

    def _kept(self, name: str, make: Callable[[], Made]) -> Made | None:
        try:
            return make()
        except Exception as failure:  # noqa: BLE001 - Verification.check raises it, whatever it is
            self.failures[name] = failure
            return None


class Verification:
    """What Pact says it verified."""

    def __init__(self, results: Mapping[str, Any], failures: Mapping[str, Exception] | None = None):
        self.passed = results["result"]
        self.failures = failures or {}
        self.outcomes = {(each["consumer"], each["description"]): each for each in results["interactionResults"]}
        self.count = Counter(each["consumer"] for each in results["interactionResults"])

    def check(self, promise: Promise) -> None:
        """:raises AssertionError: this promise was broken, or was never looked at."""
        outcome = self.outcomes.get((promise.consumer, promise.description))
        if outcome is None:
            raise AssertionError(f"{promise.provider} was never asked for '{promise.description}'")
        for name in (promise.description, *promise.states):
            if failure := self.failures.get(name):
                raise AssertionError(f"{promise.provider} could not bring about '{name}': {failure!r}") from failure
        if outcome["result"] != "OK":
            raise AssertionError(_broken(promise, outcome))

    def check_whole(self, promises: Sequence[Promise]) -> None:
        """:raises AssertionError: of some consumer fewer or more promises were verified than its pact has."""
        expected = Counter(each.consumer for each in promises)
        if not expected or expected != self.count:
            raise AssertionError(f"the pacts hold {dict(expected)} promises, verified were {dict(self.count)}")


def _broken(promise: Promise, outcome: Mapping[str, Any]) -> str:
    mismatch = outcome.get("mismatch", {})
    reasons = [_reason(each) for each in mismatch.get("mismatches", ())] or [str(mismatch.get("message", mismatch))]
    heading = f"{promise.provider} breaks its promise to {promise.consumer}, '{promise.description}'"
    return f"{heading}: " + "; ".join(sorted(reasons))


def _reason(mismatch: Mapping[str, Any]) -> str:
    where = mismatch.get("path") or mismatch.get("key") or ""
    return f"{where} {mismatch.get('mismatch', mismatch)}".strip()
