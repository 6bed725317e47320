"""What each stage of a run shows: the knee of a ramp, the recovery from a spike, the time to work off what waited."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.shop.load.profiles import Stage
from scripts.shop.load.samples import Sample, Summary, between, percentile, summarize

LINEAR_SHARE = 0.8
"""Up to the knee, each user gets this share of the requests a second that the users of the first stage got."""
RECOVERED_FACTOR = 1.5
RECOVERED_SPARE_MS = 20.0
WINDOW_SECONDS = 5.0
AT_REST = 5
"""So many messages are always on their way while there is load; more of them wait."""


@dataclass(frozen=True)
class Measured:
    """A stage, the time that it took, and what was measured in it."""

    stage: Stage
    start: float
    end: float
    summary: Summary


def measure(stages: Sequence[Stage], starts: Sequence[float], samples: Sequence[Sample]) -> list[Measured]:
    """
    Divide the samples by the stages that took place.

    :param starts: when each stage started, and when the last one ended; a run that was ended early has fewer.
    """
    return [
        Measured(stage, start, end, summarize(between(samples, start, end), seconds=end - start))
        for stage, start, end in zip(stages, starts, starts[1:], strict=False)
    ]


def knee(measured: Sequence[Measured]) -> Measured | None:
    """
    The last step of a ramp up to which the rate grows with the number of users.

    None if it does so up to the end: then the knee is further up.
    """
    steps = [one for one in measured if one.stage.users]
    for_a_user = steps[0].summary.rate / steps[0].stage.users if steps else 0.0
    linear = [one for one in steps if one.summary.rate >= LINEAR_SHARE * for_a_user * one.stage.users]
    return linear[-1] if linear and linear[-1] is not steps[-1] else None


def recovered_after(before: Measured, samples: Sequence[Sample], *, since: float, until: float) -> float | None:
    """
    Seconds after `since` until answers came as fast as before, over a window; None if that did not happen.

    As fast is a 95th percentile of at most half more than before, and no error.
    """
    allowed = RECOVERED_FACTOR * before.summary.p95 + RECOVERED_SPARE_MS
    start = since
    while start + WINDOW_SECONDS <= until:
        window = between(samples, start, start + WINDOW_SECONDS)
        times = sorted(sample.milliseconds for sample in window)
        if times and percentile(times, 95) <= allowed and not any(sample.error for sample in window):
            return start - since
        start += 1.0
    return None


def drained_after(waiting: Sequence[tuple[float, float]], moment: float) -> float | None:
    """
    Seconds after a moment until hardly a message waited any more; None if that was not seen.

    :param waiting: times, and how many messages waited then, in outboxes and queues together.
    """
    return next((time - moment for time, messages in waiting if time >= moment and messages <= AT_REST), None)
