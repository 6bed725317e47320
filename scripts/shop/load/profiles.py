"""How many users there are, and when: a profile is a sequence of stages."""

from collections.abc import Callable
from dataclasses import dataclass

RAMP_STEPS = 8
RAMP_FACTOR = 1.5
SPIKE_FACTOR = 10
STRESS_FACTORS = (5, 10, 20)
SPAWN_SECONDS = 3.0
"""In which the users of a new stage come or go."""


@dataclass(frozen=True)
class Stage:
    """
    A time with a fixed number of users.

    :param judged: whether the SLO of the routes applies to it.
    """

    name: str
    seconds: float
    users: int
    judged: bool = False


@dataclass(frozen=True)
class Profile:
    minutes: float
    """How long it takes if nobody says otherwise."""
    stages: Callable[[int, float], tuple[Stage, ...]]
    """Takes the number of users at the base, and the seconds for all stages."""


def seconds_of(stages: tuple[Stage, ...]) -> float:
    return sum(stage.seconds for stage in stages)


def _steady(users: int, seconds: float) -> tuple[Stage, ...]:
    warm_up = min(0.15 * seconds, 60.0)
    return Stage("warm-up", warm_up, users), Stage("steady", seconds - warm_up, users, judged=True)


def _ramp(users: int, seconds: float) -> tuple[Stage, ...]:
    """Each step has half as many users again as the one before."""
    each = seconds / (RAMP_STEPS + 1)
    numbers = [round(users * RAMP_FACTOR**step) for step in range(RAMP_STEPS)]
    steps = [Stage(f"step {step}", each, number, judged=step == 1) for step, number in enumerate(numbers, start=1)]
    return Stage("warm-up", each, users), *steps


def _spike(users: int, seconds: float) -> tuple[Stage, ...]:
    return (
        Stage("warm-up", 0.1 * seconds, users),
        Stage("before", 0.25 * seconds, users, judged=True),
        Stage("spike", 0.25 * seconds, SPIKE_FACTOR * users),
        Stage("after", 0.4 * seconds, users),
    )


def _stress(users: int, seconds: float) -> tuple[Stage, ...]:
    each = 0.5 * seconds / len(STRESS_FACTORS)
    return (
        Stage("warm-up", 0.1 * seconds, users),
        Stage("before", 0.15 * seconds, users, judged=True),
        *(Stage(f"{factor} times", each, factor * users) for factor in STRESS_FACTORS),
        Stage("after", 0.25 * seconds, users),
    )


PROFILES = {
    "smoke": Profile(0.6, _steady),
    "ramp": Profile(4.5, _ramp),
    "spike": Profile(3.0, _spike),
    "soak": Profile(30.0, _steady),
    "stress": Profile(3.0, _stress),
}
