"""Stopping in order when somebody asks for it."""

import signal
from types import FrameType

from scripts.shop.progress import say


class Stopped(Exception):
    """Somebody asked the program to stop."""


class StopSignals:
    """Turns Ctrl-C, SIGTERM and SIGHUP into `Stopped`, at a moment when nothing is half done."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self.received = 0

    def __enter__(self) -> "StopSignals":
        for number in self.SIGNALS:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    def check(self) -> None:
        """:raises Stopped: a signal has come."""
        if self.received:
            raise Stopped

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.received:
            # The second signal: do not wait any longer for processes to end in order.
            raise KeyboardInterrupt
        self.received = number
        say("\nStopping (once more stops at once) ...")
