"""A run as JSON: what the page shows, and what later runs are compared with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from scripts.shop.load.compare import Metrics
from scripts.shop.load.measuring import Run
from scripts.shop.load.own_processes import GENERATOR
from scripts.shop.load.samples import Sample, by_route, summarize
from scripts.shop.load.stages import Measured, drained_after

MOST_WRONG = 10
LEAST_WORK = 0.1
"""Milliseconds; of less than that a ratio would say nothing."""
MOST_BINS = 120
"""Points of a line in a plot: more cannot be told apart."""


def content(run: Run, *, loop: float, cores: int) -> dict[str, Any]:
    """:param loop: milliseconds of `compare.machine_loop`."""
    routes = by_route(run.judged_samples)
    start = run.recording.starts[0]
    return {
        "profile": run.profile,
        "target": run.target,
        "started": datetime.fromtimestamp(start, UTC).isoformat(timespec="seconds"),
        "machine": {"cores": cores, "loop_ms": round(loop, 2)},
        "routes": {
            route: _rounded(asdict(summarize(samples, seconds=run.judged_seconds))) for route, samples in routes.items()
        },
        "stages": [_stage(run, one) for one in run.measured],
        "drained_after_the_end": run.drained,
        "probe": {
            "notified": [[round(told.at - start, 1), _round(told.seconds)] for told in run.probe.told],
            "failures": run.probe.failures,
        },
        "wrong": wrong(run.recording.samples),
        "answers": _bins(run.recording.samples, start=start, end=run.recording.starts[-1]),
        "users": [[round(at - start, 1), number] for at, number in run.recording.users],
        "watched": {
            kind: {name: [[round(at - start, 1), value] for at, value in points] for name, points in series.items()}
            for kind, series in run.watch.series.items()
        },
        "metrics": {name: round(value, 3) for name, value in metrics(run).items()},
    }


def wrong(samples: Sequence[Sample]) -> list[tuple[str, int]]:
    """What was wrong with answers, the most frequent first, and how often."""
    return Counter(f"{sample.route}: {sample.error}" for sample in samples if sample.error).most_common(MOST_WRONG)


def metrics(run: Run) -> Metrics:
    """What a run is compared by: times of each route, time to the notification, and work for each request."""
    found: dict[str, float] = {}
    for route, samples in by_route(run.judged_samples).items():
        summary = summarize(samples, seconds=run.judged_seconds)
        found |= {f"{route} p50 (ms)": summary.p50, f"{route} p95 (ms)": summary.p95}
    waits = sorted(wait for one in run.judged for wait in run.probe.between(one.start, one.end) if wait is not None)
    if waits:
        found["payment to notification p50 (ms)"] = 1000 * waits[len(waits) // 2]
    requests = len(run.judged_samples)
    for name, points in run.watch.series["cpu"].items():
        shares = [share for one in run.judged for at, share in points if one.start <= at < one.end]
        if shares and requests and name != GENERATOR:
            worked = 1000 * sum(shares) / len(shares) / 100 * run.judged_seconds / requests
            if worked >= LEAST_WORK:
                found[f"{name}: work for a request (ms)"] = worked
    return found


def _stage(run: Run, one: Measured) -> dict[str, Any]:
    waiting = run.watch.waiting()
    inside = [messages for at, messages in waiting if one.start <= at < one.end]
    waits = [wait for wait in run.probe.between(one.start, one.end) if wait is not None]
    return {
        "name": one.stage.name,
        "users": one.stage.users,
        "judged": one.stage.judged,
        "start": round(one.start - run.recording.starts[0], 1),
        "seconds": round(one.end - one.start, 1),
        **_rounded(asdict(one.summary)),
        "most_waiting": max(inside, default=None),
        "drained_after": _round(drained_after(waiting, one.end)),
        "notified": _round(sorted(waits)[len(waits) // 2]) if waits else None,
    }


def _bins(samples: Sequence[Sample], *, start: float, end: float) -> list[dict[str, float]]:
    """Equal pieces of time, each with its summary."""
    width = max(1.0, (end - start) / MOST_BINS)
    pieces: list[list[Sample]] = [[] for _ in range(int((end - start) / width))]
    for sample in samples:
        number = int((sample.at - start) / width)
        if 0 <= number < len(pieces):
            pieces[number].append(sample)
    return [
        {"at": round((number + 0.5) * width, 1), **_rounded(asdict(summarize(piece, seconds=width)))}
        for number, piece in enumerate(pieces)
    ]


def _rounded(numbers: dict[str, float]) -> dict[str, float]:
    return {name: round(number, 4) for name, number in numbers.items()}


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
