"""What experiments look at: the functions that experiments/*.yaml call by name. Each gives a JSON value."""

import time
from collections.abc import Callable

from servicekit.testing import eventually
from tests.chaos.under_way import current


def fault_is_active(within: float = 10.0) -> bool:
    """Whether the effect of the fault that began last is seen."""
    return _comes_true(current().faults[-1].is_active, within)


def fault_is_over(within: float = 60.0) -> bool:
    """Whether the effect of every fault is seen no more."""
    scene = current()
    over = all(_comes_true(fault.is_over, within) for fault in scene.faults)
    scene.over_at = time.monotonic()
    return over


def log_says(service: str, role: str, text: str, within: float = 20.0) -> bool:
    """Whether a process has written this into its log since the experiment began."""
    scene = current()
    log = scene.shop.program(service, role).log
    return _comes_true(lambda: scene.logs.say(text, log=log), within)


def lost() -> int:
    """Orders, notifications and mails that were promised and are not there."""
    return len(current().balance().lost)


def doubled() -> int:
    """Orders, notifications and mails that are there more often than they were promised."""
    return len(current().balance().doubled)


def wrong_sums() -> int:
    """Products whose stock, and charges whose orders, do not add up."""
    return len(current().balance().wrong)


def refused_customers() -> int:
    """Answers that no fault excuses, and customers who got none at all."""
    return len(current().stream.failures)


def requests_over_their_limit() -> int:
    """Requests that took longer than slo.toml allows, of all that were made."""
    scene = current()
    return len(scene.slo.too_long(scene.traffic.all))


def errors_are_within_slo() -> bool:
    """Whether no larger share of requests failed during the fault than slo.toml allows, and none at other times."""
    return not current().excess_errors()


def _comes_true(condition: Callable[[], bool], within: float) -> bool:
    try:
        return bool(eventually(condition, within=within, every=0.1))
    except AssertionError:
        return False
