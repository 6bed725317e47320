"""One run: users come and go by their stages, while the shop is watched."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop import processes
from scripts.shop.errors import CannotRun
from scripts.shop.load.gauges import Watch, watching
from scripts.shop.load.generator import Generator, generator, most_seconds
from scripts.shop.load.probe import Probe, probing
from scripts.shop.load.products import products
from scripts.shop.load.profiles import Stage, seconds_of
from scripts.shop.load.samples import Recording, Sample, between, summarize
from scripts.shop.load.stages import AT_REST, Measured, measure
from scripts.shop.load.target import Target
from scripts.shop.progress import say

PROGRESS_SECONDS = 5.0


@dataclass(frozen=True)
class Run:
    """
    What a run measured.

    :param drained: seconds from the end of the last stage until nothing waited any more; None if it did not end.
    """

    profile: str
    target: str
    planned: Sequence[Stage]
    recording: Recording
    measured: Sequence[Measured]
    watch: Watch
    probe: Probe
    drained: float | None

    @property
    def judged(self) -> list[Measured]:
        return [one for one in self.measured if one.stage.judged]

    @property
    def judged_samples(self) -> list[Sample]:
        return [sample for one in self.judged for sample in between(self.recording.samples, one.start, one.end)]

    @property
    def judged_seconds(self) -> float:
        return sum(one.end - one.start for one in self.judged)


def run(
    profile: str,
    stages: Sequence[Stage],
    *,
    shop: Target,
    target: str,
    folder: Path,
    drain_seconds: float,
    workers: int = 1,
    page: bool = False,
) -> Run:
    """
    Put the shop under load.

    :param folder: gets what the generator writes.
    :param drain_seconds: how long to wait at the end for what waits in outboxes and queues.
    :raises CannotRun: the generator does not work, or the shop's processes die again and again.
    """
    with (
        products(shop) as ordered,
        watching(shop.gauges) as watch,
        probing(shop.urls, ordered[0], mail_api=shop.mail_api) as probe,
    ):
        with generator(shop, ordered, stages, folder=folder, workers=workers, page=page) as users:

            def tick() -> None:
                shop.tick()
                watch.check()
                probe.check()

            if users.page:
                say(f"· Locust's page: {users.page}")
            _follow(users, stages, watch, probe, tick)
        recording = users.recording
        recording.read()
        drained = _drain(watch, tick, since=time.time(), within=drain_seconds)
    measured = measure(stages, recording.starts, recording.samples)
    return Run(profile, target, stages, recording, measured, watch, probe, drained)


def _follow(users: Generator, stages: Sequence[Stage], watch: Watch, probe: Probe, tick: Callable[[], None]) -> None:
    """Until the generator ends, with a line every few seconds."""
    started = shown = time.monotonic()
    recent: list[Sample] = []
    while users.is_running:
        tick()
        recent += users.recording.read()
        if time.monotonic() - started > most_seconds(stages):
            raise CannotRun(f"The load generator does not end. {processes.end_of(users.log)}")
        if time.monotonic() - shown >= PROGRESS_SECONDS:
            say(_progress(users, stages, watch, probe, recent, seconds=time.monotonic() - shown))
            shown, recent = time.monotonic(), []
    if not users.recording.starts:
        raise CannotRun(f"The load generator did not start. {processes.end_of(users.log)}")


def _progress(
    users: Generator, stages: Sequence[Stage], watch: Watch, probe: Probe, recent: list[Sample], *, seconds: float
) -> str:
    recording = users.recording
    if not recording.starts:
        return "  the load generator starts ..."
    stage = stages[min(len(recording.starts), len(stages)) - 1]
    summary = summarize(recent, seconds=seconds)
    waiting = watch.waiting()
    parts = [
        f"{time.time() - recording.starts[0]:5.0f} of {seconds_of(tuple(stages)):.0f} s  {stage.name:<9}",
        f"{recording.users[-1][1] if recording.users else 0:4d} users  {summary.rate:6.1f} requests/s",
        f"p50 {summary.p50:5.0f} p95 {summary.p95:5.0f} ms  {summary.errors:6.2%} errors",
    ]
    if waiting:
        parts.append(f"{waiting[-1][1]:4.0f} waiting")
    if probe.told and probe.told[-1].seconds is not None:
        parts.append(f"notified after {probe.told[-1].seconds:.2f} s")
    return "  " + "  ".join(parts)


def _drain(watch: Watch, tick: Callable[[], None], *, since: float, within: float) -> float | None:
    """Seconds until nothing waits; 0 where nothing can be seen of it."""
    if not watch.waiting():
        return 0.0
    while time.time() - since <= within:
        last, messages = watch.waiting()[-1]
        if last > since and messages <= AT_REST:
            return last - since
        tick()
    return None
