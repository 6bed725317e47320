"""Whether a run was good: what it shows for its profile, and what it misses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.shop.load import soak
from scripts.shop.load.measuring import Run
from scripts.shop.load.samples import between
from scripts.shop.load.slo import Slo, broken_by_notifications, broken_by_routes, most_frequent
from scripts.shop.load.stages import Measured, knee, recovered_after


@dataclass
class Verdict:
    """
    :ivar complaints: what makes the run red, a sentence each.
    :ivar findings: what the run was made to find out.
    """

    complaints: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def green(self) -> bool:
        return not self.complaints


def judge(run: Run, slo: Slo) -> Verdict:
    verdict = Verdict()
    if len(run.measured) < len(run.planned) or not run.recording.samples:
        verdict.complaints.append(
            f"only {len(run.measured)} of {len(run.planned)} stages ran, with {len(run.recording.samples)} requests"
        )
    waits = [wait for one in run.judged for wait in run.probe.between(one.start, one.end)]
    verdict.complaints += broken_by_routes(slo, run.judged_samples, seconds=run.judged_seconds)
    verdict.complaints += broken_by_notifications(slo, waits, seconds=run.judged_seconds)
    verdict.complaints += run.probe.failures[:1] if not waits else []
    if run.drained is None:
        left = run.watch.waiting()[-1][1]
        verdict.complaints.append(
            f"{left:.0f} messages still wait {slo.limits.drain_seconds:g} s after the last request"
        )
    died = {name: points[-1][1] for name, points in run.watch.series["restarts"].items() if points[-1][1]}
    verdict.complaints += [f"{name} died, {times:.0f} times" for name, times in died.items()]
    of_profile = OF_PROFILE.get(run.profile)
    if of_profile and len(run.measured) == len(run.planned):
        of_profile(run, slo, verdict)
    return verdict


def _ramp(run: Run, _slo: Slo, verdict: Verdict) -> None:
    found = knee(run.measured[1:])
    if found is None:
        verdict.complaints.append(f"no knee up to {run.planned[-1].users} users: start with more (--users)")
        return
    verdict.findings.append(
        f"the knee is at {found.stage.users} users: {found.summary.rate:.0f} requests a second, "
        f"p95 {found.summary.p95:.0f} ms; with more users the rate does not grow with them"
    )


def _overload(run: Run, slo: Slo, verdict: Verdict) -> None:
    """Answers may be slow meanwhile, but few may be errors; afterwards all is as before, soon."""
    before = next(one for one in run.measured if one.stage.name == "before")
    after = run.measured[-1]
    overloaded = [one for one in run.measured if one.stage.users > after.stage.users]
    for one in overloaded:
        _judge_overload(run, one, slo, verdict)
    # Users finish what they have begun before they leave: the overload ends with the last of them.
    left = [at for at, users in run.recording.users if at >= after.start and users <= after.stage.users]
    since = left[0] if left else after.start
    recovered = recovered_after(before, run.recording.samples, since=since, until=after.end)
    if recovered is None:
        verdict.complaints.append(f"not as fast as before within {after.end - after.start:.0f} s after the overload")
    elif recovered > slo.limits.recovery_seconds:
        verdict.complaints.append(
            f"as fast as before after {recovered:.0f} s, allowed {slo.limits.recovery_seconds:g} s"
        )
    else:
        verdict.findings.append(f"as fast as before {recovered:.0f} s after the overload")


def _judge_overload(run: Run, one: Measured, slo: Slo, verdict: Verdict) -> None:
    summary = one.summary
    verdict.findings.append(
        f"{one.stage.name}, {one.stage.users} users: {summary.rate:.0f} requests a second, p95 {summary.p95:.0f} ms, "
        f"{summary.errors:.2%} errors"
    )
    errors = [sample.error for sample in between(run.recording.samples, one.start, one.end) if sample.error]
    if summary.errors > slo.limits.overload_errors:
        verdict.complaints.append(
            f"{one.stage.name}: {summary.errors:.1%} errors, allowed {slo.limits.overload_errors:.1%}; "
            f"the most frequent: {most_frequent(errors)}"
        )
    if crashed := [error for error in errors if "answered 500" in error]:
        verdict.complaints.append(f"{one.stage.name}: {len(crashed)} times 500, such as: {crashed[0]}")


def _soak(run: Run, slo: Slo, verdict: Verdict) -> None:
    steady = run.measured[-1]
    watched = {
        kind: {name: _within(points, steady) for name, points in series.items()}
        for kind, series in run.watch.series.items()
    }
    placed = [sample.at for sample in run.recording.samples if sample.route == "POST /api/orders/" and not sample.error]
    orders = [(at, float(number)) for number, at in enumerate(sorted(placed), start=1)]
    growing = soak.growing(watched, orders, slo.limits)
    verdict.complaints += growing
    if not growing:
        verdict.findings.append(
            "nothing grows: memory, connections, open files, messages waiting, tables for each order"
        )


def _within(points: Sequence[tuple[float, float]], stage: Measured) -> list[tuple[float, float]]:
    return [point for point in points if stage.start <= point[0] < stage.end]


OF_PROFILE = {"ramp": _ramp, "spike": _overload, "stress": _overload, "soak": _soak}
