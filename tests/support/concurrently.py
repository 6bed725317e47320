"""Calls at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.conf import settings
from django.db import connections

T = TypeVar("T")


def concurrently(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make all calls at the same time, each in a thread of its own, and return their results in order."""
    barrier = Barrier(len(calls))

    def make(call: Callable[[], T]) -> T:
        barrier.wait(timeout=15)
        try:
            return call()
        finally:
            if settings.configured:
                connections.close_all()  # this thread's own

    with ThreadPoolExecutor(max_workers=len(calls)) as threads:
        return list(threads.map(make, calls))
