"""The experiment under way: Chaos Toolkit calls functions by their names, and hands them nothing of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.scene import Scene

FIRST_ORDERS = 5

_current: list[Scene] = []


def current() -> Scene:
    return _current[-1]


@contextmanager
def under_way(scene: Scene) -> Iterator[Scene]:
    """Orders come while the block lasts; whatever happens, every fault has ended after it."""
    _current.append(scene)
    # The faults end first: customers ask again until they are answered.
    with scene.stream, _ended_faults(scene):
        # The steady state before the fault is that of a shop in which orders were placed.
        scene.let_orders_come()
        scene.stream.wait_for_orders(FIRST_ORDERS, within=scene.slo.settled_within)
        yield scene


@contextmanager
def _ended_faults(scene: Scene) -> Iterator[None]:
    try:
        yield
    finally:
        _current.pop()
        scene.end()
