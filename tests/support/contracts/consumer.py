"""The consumer's side of a contract: a pact that is written when the consumer's own code has used all of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pact

# Set by scripts/test.sh; without it, no file is written.
FOLDER = os.environ.get("PACTS_WRITTEN_TO")

Deliver = Callable[[bytes, dict[str, Any]], object]


class Contract(pact.Pact):
    """
    What `consumer` needs of `provider`, in one test.

    A test that passed writes a file into a folder of its own, because tests run in any order and in several processes.
    `tests.support.contracts.pacts.merge` puts the files together.
    """

    @contextmanager
    def serving(self) -> Iterator[str]:
        """
        A server that answers as described; gives its URL.

        :raises pact.error.MismatchesError: a described request was not made, or another request was made.
        """
        with self.serve("127.0.0.1") as server:
            yield str(server.url)
        self._write()

    def delivering(self, deliver: Deliver) -> None:
        """Call `deliver(body, metadata)` for each described message; raises what it raises."""
        delivered = []

        def once(body: str | bytes | None, metadata: dict[str, Any]) -> None:
            deliver(str(body).encode(), metadata)
            delivered.append(body)

        for failed in self.verify(once, "Async", raises=False):
            raise failed.error
        if not delivered:
            raise AssertionError(f"no message of {self} is described, so none was delivered")
        self._write()

    def _write(self) -> None:
        if FOLDER:
            # Pact writes also what was not used, so this line must be reached after success only.
            self.write_file(Path(FOLDER) / uuid4().hex)
