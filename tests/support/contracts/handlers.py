"""What a provider does when Pact asks for it during a verification."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.cache import caches
from django.core.management import call_command

from servicekit.base.telemetry import bound_request_id
from servicekit.messages.wire import WireMessage

Result = TypeVar("Result")


class Handlers:
    """
    Calls the functions of a provider. Keeps their errors for the test, as Pact would repeat a failed call for minutes.

    :param states: sets up each state, with its parameters as keyword arguments.
    :param messages: makes the service publish each message, and returns it.
    :param token: returns a valid token of a service, or of "user-7".
    :ivar errors: by the name of the state or message.
    """

    def __init__(
        self,
        states: Mapping[str, Callable[..., object]],
        messages: Mapping[str, Callable[[], WireMessage]],
        token: Callable[[str], str],
    ):
        self.token = token
        self.errors: dict[str, Exception] = {}
        self._states = states
        self._messages = messages

    def set_up(self, state: str, parameters: Mapping[str, Any]) -> None:
        self._call(state, lambda: self._states[state](**parameters))

    def tear_down(self) -> None:
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        for cache in caches.all():
            cache.clear()

    def message(self, description: str) -> WireMessage | None:
        """None after an error."""
        with bound_request_id("a-request-of-the-provider"):
            return self._call(description, self._messages[description])

    def _call(self, name: str, function: Callable[[], Result]) -> Result | None:
        try:
            return function()
        except Exception as error:  # noqa: BLE001 - Verification.check raises it, whatever it is
            self.errors[name] = error
            return None
