"""What can break, by the name that experiments use. A fault begins, is seen from outside, and ends."""

from collections.abc import Callable
from typing import Protocol

from tests.chaos.faults.gateway import PaymentGatewayFails
from tests.chaos.faults.machine import ClockAhead, FullDisk
from tests.chaos.faults.network import Away, Failing, Hanging, PartlyDelayed, Reset, Slow
from tests.chaos.faults.processes import Killed, OneOfTwoKilled
from tests.chaos.faults.servers import Stopped
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


FAULTS: dict[str, Callable[..., Fault]] = {
    "killed": Killed,
    "one of two killed": OneOfTwoKilled,
    "stopped": Stopped,
    "slow": Slow,
    "partly delayed": PartlyDelayed,
    "reset": Reset,
    "hanging": Hanging,
    "away": Away,
    "failing": Failing,
    "payment gateway": PaymentGatewayFails,
    "full disk": FullDisk,
    "clock ahead": ClockAhead,
}


def make(name: str, shop: ChaosShop, **arguments: object) -> Fault:
    return FAULTS[name](shop, **arguments)
