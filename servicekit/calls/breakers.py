"""Circuit breakers: after five failed calls in a row, a neighbour is not called for 10 s."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)
FAILURES: Final = 5
PAUSE: Final = 10.0

_breakers: dict[str, "Breaker"] = {}


class Breaker:
    """
    Closed, it allows every call. After FAILURES failed calls in a row it is open for PAUSE seconds.

    Then it allows one trial call: a success closes the breaker, a failure opens it for another pause. No lock is held
    during a call, so slow calls of several threads run side by side.
    """

    def __init__(self, name: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def allows_call(self) -> bool:
        """Tell whether the neighbour may be called now. Every call must end with `succeeded` or `failed`."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._clock() < self._open_until:
                return False
            # The trial call. Open for all others until it has ended, or, if it never reports, for another pause.
            self._open_until = self._clock() + PAUSE
            return True

    def succeeded(self) -> None:
        with self._lock:
            was_open, self._failures = self._failures >= FAILURES, 0
        if was_open:
            logger.info("the circuit breaker of %s is closed again", self._name)

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._open_until = self._clock() + PAUSE
            opens = self._failures == FAILURES
        if opens:
            logger.warning("the circuit breaker of %s is open after %s failed calls", self._name, FAILURES)


def breaker_of(neighbour: str) -> Breaker:
    """Give this process's breaker for that neighbour."""
    return _breakers.setdefault(neighbour, Breaker(neighbour))


def close_all() -> None:
    """Forget every failure. For tests."""
    for breaker in _breakers.values():
        breaker.succeeded()
