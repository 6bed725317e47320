"""Waiting for an effect, instead of sleeping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(probe: Callable[[], T], within: float = 5.0, every: float = 0.02) -> T:
    """
    Call `probe` until its result is true, and give that result.

    :raises AssertionError: it was not true within that many seconds; the message has the last result.
    """
    deadline = time.monotonic() + within
    while not (value := probe()):
        if time.monotonic() >= deadline:
            raise AssertionError(f"still {value!r} after {within:g} s")
        time.sleep(every)
    return value
