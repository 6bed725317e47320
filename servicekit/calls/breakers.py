"""One circuit breaker per neighbour and process: who failed us five times in a row is left alone for a while."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import pybreaker

FAILURES: Final = 5
PAUSE: Final = timedelta(seconds=10)

_breakers: dict[str, "Breaker"] = {}
_lock = threading.Lock()


class Breaker:
    """
    pybreaker's rules, without its lock around the call.

    `pybreaker.CircuitBreaker.call` lets one thread at a time through, so a slow neighbour would make the threads of a
    server queue. Here the call happens outside, and pybreaker is told how it ended.
    """

    def __init__(self, name: str) -> None:
        self._memory = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            name=name,
            fail_max=FAILURES,
            reset_timeout=PAUSE.total_seconds(),
            state_storage=self._memory,
            throw_new_error_on_trip=False,
        )

    @property
    def is_open(self) -> bool:
        """Tell whether the neighbour is to be left alone at this moment."""
        opened_at = self._memory.opened_at
        return (
            self._breaker.current_state == pybreaker.STATE_OPEN
            and opened_at is not None
            and datetime.now(UTC) < opened_at + PAUSE
        )

    def succeeded(self) -> None:
        with suppress(pybreaker.CircuitBreakerError):  # another thread's failure may have opened it in the meantime
            self._breaker.call(lambda: None)

    def failed(self, error: Exception) -> None:
        def fail() -> None:
            raise error

        with suppress(type(error), pybreaker.CircuitBreakerError):
            self._breaker.call(fail)

    def close(self) -> None:
        self._breaker.close()
        self._memory.reset_counter()


def breaker_of(neighbour: str) -> Breaker:
    """Give this process's breaker for that neighbour."""
    with _lock:
        return _breakers.setdefault(neighbour, Breaker(neighbour))


def close_all() -> None:
    """Forget every failure. For tests, between each other."""
    for breaker in list(_breakers.values()):
        breaker.close()
