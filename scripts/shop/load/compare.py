"""A run held against a stored one, as ratios; what differs by more than repeated runs do is a regression."""

import json
import math
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.shop.project import ROOT

BASELINES = ROOT / "tests" / "load" / "baselines"
LEAST_NOISE = 1.2
"""A ratio that says nothing even on a quiet machine."""
NOISE_FACTOR = 1.5
"""A few repeated runs do not show the whole noise."""
LOOP = 300_000

Metrics = Mapping[str, float]
"""Times and work by name, of which less is better."""


@dataclass(frozen=True)
class Baseline:
    """
    What a release measured.

    :param loop: milliseconds that this machine took for a loop of Python (`machine_loop`).
    :param medians: of the repeated runs.
    :param noise: by which factor a run may exceed the median without a reason.
    """

    release: str
    profile: str
    runs: int
    loop: float
    medians: Metrics
    noise: Metrics

    @classmethod
    def of(cls, runs: Sequence[Metrics], *, release: str, profile: str, loop: float) -> "Baseline":
        """From runs of the same code on the same machine; what only some of them measured is left out."""
        names = [name for name in runs[0] if all(run.get(name) for run in runs)]
        medians = {name: statistics.median(run[name] for run in runs) for name in names}
        noise = {name: noise_bound([run[name] for run in runs]) for name in names}
        return cls(release, profile, len(runs), round(loop, 2), _rounded(medians), _rounded(noise))

    @classmethod
    def read(cls, file: Path) -> "Baseline":
        return cls(**json.loads(file.read_text()))

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=2) + "\n")


@dataclass(frozen=True)
class Ratio:
    name: str
    baseline: float
    now: float
    ratio: float
    """To the baseline, which is first scaled to the speed of this machine."""
    bound: float

    @property
    def regression(self) -> bool:
        return self.ratio > self.bound

    @property
    def content(self) -> dict[str, object]:
        """For a result as JSON."""
        ratio = round(self.ratio, 3) if math.isfinite(self.ratio) else None
        return {"name": self.name, "ratio": ratio, "regression": self.regression, "text": str(self)}

    def __str__(self) -> str:
        if not math.isfinite(self.ratio):
            return f"{self.name}: not measured, the baseline is {self.baseline:.1f}"
        return (
            f"{self.name}: {self.now:.1f}, {self.ratio:.2f} times the baseline of {self.baseline:.1f} "
            f"(noise up to {self.bound:.2f})"
        )


def compare(metrics: Metrics, baseline: Baseline, *, loop: float) -> list[Ratio]:
    """
    A ratio for each number of the baseline; one that was not measured now is infinitely worse.

    :param loop: what `machine_loop` gives on this machine.
    """
    scale = loop / baseline.loop
    ratios = []
    for name, median in baseline.medians.items():
        expected, now = scale * median, metrics.get(name, float("inf"))
        ratios.append(Ratio(name, expected, now, now / expected, baseline.noise[name]))
    return ratios


def noise_bound(values: Sequence[float]) -> float:
    """The largest factor between the median and a value, and half as much again."""
    median = statistics.median(values)
    largest = max(max(value / median, median / value) for value in values)
    return max(LEAST_NOISE, 1 + NOISE_FACTOR * (largest - 1))


def newest_baseline() -> Path | None:
    """The baseline of the highest release, numbers compared as numbers."""
    files = sorted(BASELINES.glob("*.json"), key=lambda file: [int(part) for part in file.stem.split(".")])
    return files[-1] if files else None


def machine_loop() -> float:
    """Milliseconds of processor time for a fixed loop of Python, the best of some: the speed of this machine."""

    def once() -> float:
        started = time.process_time()
        sum(number * number % 7 for number in range(LOOP))
        return 1000 * (time.process_time() - started)

    return min(once() for _ in range(9))


def cores() -> int:
    return os.cpu_count() or 1


def _rounded(numbers: Metrics) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}
