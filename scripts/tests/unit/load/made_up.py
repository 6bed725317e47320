"""Measurements as a run would give them."""

from pathlib import Path

from scripts.shop.load.gauges import Watch
from scripts.shop.load.measuring import Run
from scripts.shop.load.probe import Probe, Told
from scripts.shop.load.profiles import Stage
from scripts.shop.load.samples import Recording, Sample, Summary
from scripts.shop.load.slo import Limits, Promise, Slo
from scripts.shop.load.stages import Measured, measure

ROUTE = "GET /api/products/"
LIMITS = Limits(
    notified_p50=1.0,
    notified_p95=2.0,
    notified_requests=6,
    drain_seconds=10.0,
    recovery_seconds=10.0,
    overload_errors=0.02,
    soak_growth=0.1,
    soak_megabytes=10.0,
    soak_connections=5.0,
    soak_messages=20.0,
    soak_kilobytes_an_order=5.0,
)
SLO = Slo({ROUTE: Promise(p50=50, p95=100, p99=200, errors=0.01, requests=60)}, LIMITS)


def samples(
    *, seconds: float, rate: float = 10.0, milliseconds: float = 20.0, start: float = 0.0, error: str = "",
    route: str = ROUTE,
) -> list[Sample]:  # fmt: skip
    """Answers at a constant rate, all the same."""
    count = round(seconds * rate)
    return [Sample(start + number / rate, route, milliseconds, error) for number in range(count)]


def measured(stage: Stage, *, rate: float, p95: float = 20.0) -> Measured:
    summary = Summary(int(stage.seconds * rate), rate, errors=0.0, p50=p95, p95=p95, p99=p95)
    return Measured(stage, 0.0, stage.seconds, summary)


def run(
    stages: list[Stage], answers: list[Sample], *, profile: str = "smoke", waits: float | None = 0.1,
    drained: float | None = 0.0, stages_run: int | None = None,
) -> Run:  # fmt: skip
    """A run whose stages start at 0; the probe's customer pays each second and waits so long for the notification."""
    starts = [sum(stage.seconds for stage in stages[:number]) for number in range(len(stages) + 1)]
    starts = starts if stages_run is None else starts[: stages_run + 1]
    watch = Watch()
    watch.add(starts[-1], {"waiting": {"order_service outbox": 7.0}})
    return Run(
        profile,
        "made up",
        stages,
        Recording(Path(), samples=answers, starts=starts),
        measure(stages, starts, answers),
        watch,
        Probe(told=[Told(float(at), waits) for at in range(int(starts[-1]))]),
        drained,
    )
