"""Whether something grows that must not, while the load stays the same."""

from collections.abc import Callable, Mapping, Sequence

from scripts.shop.load.slo import Limits
from scripts.shop.load.trend import Point, TooFewPoints, trend

Series = Mapping[str, Sequence[Point]]
IGNORED_SHARE = 0.25
"""At the start caches are filled and threads are made: that is growth too, and ends."""


def growing(watched: Mapping[str, Series], orders: Sequence[Point], limits: Limits) -> list[str]:
    """
    What grows, a sentence each.

    :param watched: by kind ("memory", "connections", "files", "waiting", "tables") the series of each thing watched.
    :param orders: times, and the number of orders placed until then.
    """

    def by_megabytes(level: float) -> float:
        return max(limits.soak_megabytes, limits.soak_growth * level)

    def by_connections(level: float) -> float:
        return max(limits.soak_connections, limits.soak_growth * level)

    def by_messages(_level: float) -> float:
        return limits.soak_messages

    return [
        *_growing("memory (MB)", watched["memory"], by_megabytes),
        *_growing("connections", watched["connections"], by_connections),
        *_growing("open files", watched["files"], by_connections),
        *_growing("messages waiting", watched["waiting"], by_messages),
        *_tables(watched["tables"], orders, limits.soak_kilobytes_an_order),
    ]


def _growing(kind: str, series: Series, allowed: Callable[[float], float]) -> list[str]:
    sentences = [] if series else [f"{kind}: nothing was watched"]
    for name, points in series.items():
        settled = _settled(points)
        try:
            line = trend(settled)
        except TooFewPoints:
            sentences.append(f"{kind} of {name}: only {len(settled)} measurements, too few for a trend")
            continue
        if line.certain and line.growth > allowed(line.level):
            minutes = (settled[-1][0] - settled[0][0]) / 60
            sentences.append(
                f"{kind} of {name}: grows by {line.growth:.0f} in {minutes:.1f} minutes (median {line.level:.0f}), "
                f"allowed {allowed(line.level):.0f}"
            )
    return sentences


def _tables(series: Series, orders: Sequence[Point], kilobytes: float) -> list[str]:
    """Tables grow with every order; here the time of a point is the number of orders placed until then."""
    sentences = [] if series else ["tables: nothing was watched"]
    for name, points in series.items():
        by_orders = [(_at(orders, time), size) for time, size in _settled(points)]
        placed = by_orders[-1][0] - by_orders[0][0] if by_orders else 0.0
        if not placed:
            sentences.append(f"table {name}: no order was placed, so its growth says nothing")
            continue
        try:
            line = trend(by_orders)
        except TooFewPoints:
            sentences.append(f"table {name}: only {len(by_orders)} measurements, too few for a trend")
            continue
        if line.certain and (each := 1024 * line.growth / placed) > kilobytes:
            sentences.append(f"table {name}: grows by {each:.1f} KB with each order, allowed {kilobytes:g} KB")
    return sentences


def _settled(points: Sequence[Point]) -> Sequence[Point]:
    return points[int(IGNORED_SHARE * len(points)) :]


def _at(points: Sequence[Point], moment: float) -> float:
    """The last value up to a moment."""
    return next((value for time, value in reversed(points) if time <= moment), 0.0)
