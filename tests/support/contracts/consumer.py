"""The consumer's side: a pact that is written down once the consumer's own code has made every call of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pact

# scripts/test.sh says where; without it, a test run leaves nothing behind.
FOLDER = os.environ.get("PACTS_WRITTEN_TO")

Deliver = Callable[[bytes, dict[str, Any]], object]


class Contract(pact.Pact):
    """
    What `consumer` needs of `provider`, in one test.

    A file is written by tests that went through only, each into a folder of its own: tests run in any order and in
    several processes. `tests.support.contracts.pacts.gather` puts the files together.
    """

    @contextmanager
    def serving(self) -> Iterator[str]:
        """
        A stand-in for the provider, that answers as described; gives its address.

        :raises pact.error.MismatchesError: a call was not made, was another one, or one too many.
        """
        with self.serve("127.0.0.1") as server:
            yield str(server.url)
        self._keep()

    def delivering(self, deliver: Deliver) -> None:
        """Hand each described message to `deliver(body, metadata)`; what that raises comes out here."""
        delivered = []

        def once(body: str | bytes | None, metadata: dict[str, Any]) -> None:
            deliver(str(body).encode(), metadata)
            delivered.append(body)

        for failed in self.verify(once, "Async", raises=False):
            raise failed.error
        if not delivered:
            raise AssertionError(f"no message of {self} is described, so none was delivered")
        self._keep()

    def _keep(self) -> None:
        if FOLDER:
            # Pact writes even what was never called, so this line must be reached by success alone.
            self.write_file(Path(FOLDER) / uuid4().hex)
