"""Several things measured in turn, so that other load on the machine affects all of them alike."""

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def in_turn(*measures: Callable[[], Result], rounds: int) -> list[tuple[Result, ...]]:
    """Give the results of each round, after one round to warm up. Each round begins with another measure."""
    for measure in measures:
        measure()
    results = []
    for number in range(rounds):
        order = [(number + place) % len(measures) for place in range(len(measures))]
        found = {place: measures[place]() for place in order}
        results.append(tuple(found[place] for place in range(len(measures))))
    return results
