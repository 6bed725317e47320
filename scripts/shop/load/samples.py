"""What the load generator measured: one sample for each request."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sample:
    """
    One request and its answer.

    :param at: the time of the answer, in seconds since the epoch.
    :param error: what was wrong with the answer; empty when nothing was.
    """

    at: float
    route: str
    milliseconds: float
    error: str = ""


@dataclass(frozen=True)
class Summary:
    """Many samples in a few numbers: requests a second, the share of errors, percentiles in milliseconds."""

    requests: int
    rate: float
    errors: float
    p50: float
    p95: float
    p99: float


@dataclass
class Recording:
    """
    What the generator's processes write into a folder, read while they still write.

    :ivar users: pairs of a time and the number of users then.
    :ivar starts: when each stage started, and at last when all ended.
    """

    folder: Path
    samples: list[Sample] = field(default_factory=list)
    users: list[tuple[float, int]] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    _read: dict[Path, int] = field(default_factory=dict)

    def read(self) -> list[Sample]:
        """Read what was written since the last time, and give the new samples."""
        before = len(self.samples)
        for file in sorted(self.folder.glob("*.jsonl")):
            with file.open("rb") as lines:
                lines.seek(self._read.get(file, 0))
                for line in lines:
                    if line.endswith(b"\n"):
                        self._read[file] = self._read.get(file, 0) + len(line)
                        self._take(json.loads(line))
        return self.samples[before:]

    def _take(self, row: dict[str, Any]) -> None:
        if "route" in row:
            self.samples.append(Sample(row["at"], row["route"], row["milliseconds"], row["error"]))
        elif "users" in row:
            self.users.append((row["at"], row["users"]))
        else:
            self.starts.append(row["at"])


def between(samples: Iterable[Sample], start: float, end: float) -> list[Sample]:
    return [sample for sample in samples if start <= sample.at < end]


def by_route(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    routes: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        routes[sample.route].append(sample)
    return dict(sorted(routes.items()))


def summarize(samples: Sequence[Sample], *, seconds: float) -> Summary:
    """The samples of so many seconds; without any sample every number is 0."""
    times = sorted(sample.milliseconds for sample in samples)
    wrong = sum(1 for sample in samples if sample.error)
    return Summary(
        requests=len(samples),
        rate=len(samples) / seconds if seconds else 0.0,
        errors=wrong / len(samples) if samples else 0.0,
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        p99=percentile(times, 99),
    )


def percentile(ascending: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed (nearest rank); 0 of nothing."""
    return ascending[max(0, math.ceil(percent / 100 * len(ascending)) - 1)] if ascending else 0.0
