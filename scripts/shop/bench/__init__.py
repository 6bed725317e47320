"""`scripts/bench.sh`: measures what was promised in numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """A number and its goal: an upper limit, a lower one if `at_least`; None for a number without a goal."""

    name: str
    value: float
    unit: str
    goal: float | None
    at_least: bool = False

    @property
    def reached(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def row(self) -> tuple[str, ...]:
        if self.goal is None:
            return self.name, f"{self.value:.2f}", self.unit, "(no goal)", ""
        goal = f"(goal: {'at least' if self.at_least else 'at most'} {self.goal:g} {self.unit})"
        return self.name, f"{self.value:.2f}", self.unit, goal, "reached" if self.reached else "MISSED"
