"""A clock that a test sets."""

from datetime import datetime, timedelta


class FakeClock:
    """`clock = FakeClock(monday_noon)`; `clock()` gives the moment, `clock.advance(minutes=5)` moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Move on by the arguments of a timedelta."""
        self.now += timedelta(**span)
