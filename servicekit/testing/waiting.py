"""Wait for an effect, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(probe: Callable[[], T], within: float = 5.0, every: float = 0.02) -> T:
    """
    Ask `probe` until it gives something true, and give that.

    :raises AssertionError: it did not within that many seconds; tells the last value.
    """
    deadline = time.monotonic() + within
    while not (value := probe()):
        if time.monotonic() >= deadline:
            raise AssertionError(f"still {value!r} after {within:g} s")
        time.sleep(every)
    return value
