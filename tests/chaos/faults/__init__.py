"""What can break, by the name that experiments use. A fault begins, is seen from outside, and ends."""

from collections.abc import Callable
from typing import Protocol

from tests.chaos.faults.processes import Killed
from tests.chaos.shop import ChaosShop


class Fault(Protocol):
    def begin(self) -> None: ...

    def is_active(self) -> bool:
        """Whether it is seen from outside, by its effect."""
        ...

    def end(self) -> None:
        """May be called again, and also when it never began."""
        ...

    def is_over(self) -> bool:
        """Whether its effect is seen no more."""
        ...


FAULTS: dict[str, Callable[..., Fault]] = {"killed": Killed}


def make(name: str, shop: ChaosShop, **arguments: object) -> Fault:
    return FAULTS[name](shop, **arguments)
