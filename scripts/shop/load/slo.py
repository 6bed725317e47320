"""What the shop promises under load, read from tests/load/slo.toml, and whether it was kept."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop.load.samples import Sample, by_route, percentile, summarize
from scripts.shop.project import ROOT

FILE = ROOT / "tests" / "load" / "slo.toml"


@dataclass(frozen=True)
class Promise:
    """Milliseconds that percentiles may take, the share that may fail, and the least requests a minute."""

    p50: float
    p95: float
    p99: float
    errors: float
    requests: float


@dataclass(frozen=True)
class Limits:
    """What concerns the shop as a whole; slo.toml says what each number means."""

    notified_p50: float
    notified_p95: float
    notified_requests: float
    drain_seconds: float
    recovery_seconds: float
    overload_errors: float
    soak_growth: float
    soak_megabytes: float
    soak_connections: float
    soak_messages: float
    soak_kilobytes_an_order: float


@dataclass(frozen=True)
class Slo:
    routes: Mapping[str, Promise]
    limits: Limits

    @classmethod
    def read(cls, file: Path = FILE) -> "Slo":
        """:raises TypeError: a number is missing, or one is not known."""
        content = tomllib.loads(file.read_text())
        routes = {route: Promise(**numbers) for route, numbers in content["routes"].items()}
        return cls(routes, Limits(**content["limits"]))


def broken_by_routes(slo: Slo, samples: Sequence[Sample], *, seconds: float) -> list[str]:
    """What of the routes' promises these samples of so many seconds break, a sentence each."""
    measured = by_route(samples)
    sentences = [f"{route}: not in slo.toml" for route in measured if route not in slo.routes]
    for route, promise in slo.routes.items():
        sentences += _broken(route, promise, measured.get(route, []), seconds=seconds)
    return sentences


def broken_by_notifications(slo: Slo, waits: Sequence[float | None], *, seconds: float) -> list[str]:
    """
    Whether customers were told of their payments soon enough.

    :param waits: seconds from each payment to its notification; None where none came in time.
    """
    limits, times = slo.limits, sorted(wait for wait in waits if wait is not None)
    sentences = []
    least = _least(limits.notified_requests, seconds)
    if len(waits) < least:
        sentences.append(f"payment to notification: tried {len(waits)} times, at least {least} are required")
    if lost := len(waits) - len(times):
        sentences.append(f"payment to notification: {lost} of {len(waits)} notifications did not come in time")
    for percent, limit in ((50, limits.notified_p50), (95, limits.notified_p95)):
        if (took := percentile(times, percent)) > limit:
            sentences.append(f"payment to notification: p{percent} {took:.2f} s, allowed {limit:g} s")
    return sentences


def _broken(route: str, promise: Promise, samples: Sequence[Sample], *, seconds: float) -> list[str]:
    summary = summarize(samples, seconds=seconds)
    sentences = []
    least = _least(promise.requests, seconds)
    if summary.requests < least:
        sentences.append(f"{route}: {summary.requests} requests, at least {least} are required")
    if summary.errors > promise.errors:
        wrong = [sample.error for sample in samples if sample.error]
        share = f"{summary.errors:.1%} errors, allowed {promise.errors:.1%}"
        sentences.append(f"{route}: {share}; the most frequent: {most_frequent(wrong)}")
    for name, took, limit in (
        ("p50", summary.p50, promise.p50),
        ("p95", summary.p95, promise.p95),
        ("p99", summary.p99, promise.p99),
    ):
        if took > limit:
            sentences.append(f"{route}: {name} {took:.0f} ms, allowed {limit:.0f} ms")
    return sentences


def most_frequent(errors: Sequence[str]) -> str:
    return Counter(errors).most_common(1)[0][0]


def _least(a_minute: float, seconds: float) -> int:
    """However short the time, no request at all proves nothing."""
    return max(1, round(a_minute * seconds / 60)) if a_minute else 0
