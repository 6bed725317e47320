"""The provider's side of a contract: verifies pacts with the running service and with the code that publishes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.test import override_settings
from pact import Verifier

from servicekit.messages.wire import WireMessage
from tests.support.contracts.handlers import Handlers
from tests.support.contracts.pacts import PACTS, ContractError, Interaction, read_all
from tests.support.contracts.server import MESSAGES, STATES, serving
from tests.support.contracts.verification import Verification

TIMEOUT_MILLISECONDS = 60_000
"""For one answer: other layers test the speed, and this machine may be busy."""


@dataclass(frozen=True)
class Provider:
    """
    A service that consumers have pacts with.

    :param states: sets up each state that a pact names, with its parameters as keyword arguments.
    :param messages: for each message that a pact describes, makes the service publish it, and returns it.
    :param token: returns a valid token of a service, or of "user-7".
    :param settings: Django's, during a verification.
    """

    name: str
    states: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    messages: Mapping[str, Callable[[], WireMessage]] = field(default_factory=dict)
    token: Callable[[str], str] = lambda name: f"there is no token of {name}"
    settings: Mapping[str, object] = field(default_factory=dict)

    def interactions(self, folder: Path = PACTS) -> list[Interaction]:
        """
        The interactions of all pacts in this folder with this provider.

        :raises ContractError: there are none; or the states and messages of the pacts are not those of this provider.
        """
        pacts = read_all(folder)
        found = sorted(each for pact in pacts if pact.provider == self.name for each in pact.interactions)
        if not found:
            known = ", ".join(sorted({pact.provider for pact in pacts})) or "none"
            raise ContractError(f"no pact in {folder.name}/ is with {self.name!r}; the providers there: {known}")
        self._compare("state", {name: each for each in found for name in each.states}, self.states)
        self._compare("message", {each.description: each for each in found if each.is_message}, self.messages)
        return found

    def verify(self, add_source: Callable[[Verifier], object]) -> Verification:
        """
        Serve the service, and let Pact verify it.

        :param add_source: adds the pacts to a verifier.
        """
        handlers = Handlers(self.states, self.messages, self.token)
        with override_settings(**self.settings), serving(handlers) as port:
            url = f"http://127.0.0.1:{port}"
            verifier = Verifier(self.name, host="127.0.0.1").add_transport(url=url)
            verifier.add_transport(protocol="message", port=port, path=MESSAGES)
            verifier.state_handler(url + STATES, teardown=True, body=True)
            verifier.set_coloured_output(enabled=False)
            verifier.set_request_timeout(TIMEOUT_MILLISECONDS)
            add_source(verifier)
            # The exception says only that something failed; the results say what.
            with suppress(RuntimeError):
                verifier.verify()
        return Verification(verifier.results, handlers.errors)

    def verify_folder(self, folder: Path = PACTS) -> Verification:
        def add_source(verifier: Verifier) -> None:
            for path in sorted(folder.glob(f"*-{self.name}.json")):
                verifier.add_source(path)

        return self.verify(add_source)

    def _compare(self, kind: str, wanted: Mapping[str, Interaction], made: Mapping[str, object]) -> None:
        missing = [f"{name!r} (for {wanted[name]})" for name in wanted if name not in made]
        unused = [repr(name) for name in made if name not in wanted]
        if missing:
            raise ContractError(f"{self.name} has no function for the {kind} {', '.join(missing)}")
        if unused:
            raise ContractError(f"{self.name} has a function for the {kind} {', '.join(unused)}, which is in no pact")
