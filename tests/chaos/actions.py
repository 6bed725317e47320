"""What experiments do: the functions that experiments/*.yaml call by name."""

from tests.chaos import faults
from tests.chaos.under_way import current


def begin(fault: str, **arguments: object) -> None:
    """
    Let something break while orders come.

    :param fault: a key of `faults.FAULTS`; the arguments are those of its class.
    """
    scene = current()
    scene.begin(faults.make(fault, scene.shop, **arguments))


def let_orders_come(seconds: float) -> int:
    """Let this time pass while orders come; gives how many were placed meanwhile."""
    return current().let_orders_come_for(seconds)


def end() -> None:
    """End every fault. As a rollback it is called again, whatever happened before."""
    current().end()


def recover(within: float) -> float:
    """Wait until a new order goes through the whole shop; gives the seconds since the fault ended."""
    return round(current().recover(within=within), 2)
