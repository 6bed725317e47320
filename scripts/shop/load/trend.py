"""Whether a measured value grows with time, judged by all its points and not by single ones."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""A time in seconds and a value."""

MOST_POINTS = 60
LEAST_POINTS = 10
CONFIDENCE = 1.96
"""Of the slope, in standard deviations of Kendall's statistic: 95 percent."""


class TooFewPoints(Exception):
    """Nothing can be said about a trend."""


@dataclass(frozen=True)
class Trend:
    """
    A line through the points.

    :param growth: how much the line rises from the first to the last point.
    :param certain: whether it rises also at the lower end of the slope's confidence interval.
    """

    level: float
    growth: float
    certain: bool


def trend(points: Sequence[Point]) -> Trend:
    """
    The median of the slopes between all pairs of points (Theil 1950, Sen 1968): a fifth of outliers does not move it.

    :raises TooFewPoints: there are fewer than LEAST_POINTS.
    """
    if len(points) < LEAST_POINTS:
        raise TooFewPoints
    seconds = points[-1][0] - points[0][0]
    points = _thinned(points)
    slopes = sorted(
        (value - earlier) / (time - before)
        for number, (time, value) in enumerate(points)
        for before, earlier in points[:number]
        if time > before
    )
    # The confidence interval is Sen's: so many of the sorted slopes are cut off at its lower end.
    count = len(points)
    spread = CONFIDENCE * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    lowest = slopes[max(0, int((len(slopes) - spread) / 2))]
    slope = statistics.median(slopes)
    return Trend(
        level=statistics.median(value for _, value in points),
        growth=slope * seconds,
        certain=lowest > 0,
    )


def _thinned(points: Sequence[Point]) -> list[Point]:
    """At most MOST_POINTS, each the median of neighbours: values a second apart are not independent."""
    size = math.ceil(len(points) / MOST_POINTS)
    groups = [points[start : start + size] for start in range(0, len(points), size)]
    return [
        (statistics.median(time for time, _ in group), statistics.median(value for _, value in group))
        for group in groups
    ]
