"""`scripts/bench.sh`: what was promised in numbers, measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One number beside its goal. The goal is a most, unless `at_least`."""

    name: str
    value: float
    unit: str
    goal: float
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def row(self) -> tuple[str, ...]:
        goal = f"(goal: {'at least' if self.at_least else 'at most'} {self.goal:g} {self.unit})"
        return self.name, f"{self.value:.2f}", self.unit, goal, "reached" if self.reached else "MISSED"
