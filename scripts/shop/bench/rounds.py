"""Two things measured in turn, in the same minutes: a machine has more to do than one bench."""

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def in_turn(one: Callable[[], Result], other: Callable[[], Result], *, rounds: int) -> list[tuple[Result, Result]]:
    """What each measured, round by round, after a round to get warm. Each is first every other time."""
    one(), other()
    pairs = []
    for number in range(rounds):
        if number % 2:
            pairs.append((one(), other()))
        else:
            second = other()
            pairs.append((one(), second))
    return pairs
