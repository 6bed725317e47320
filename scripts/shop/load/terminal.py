"""A result as text for a terminal."""

from collections.abc import Sequence
from typing import Any

from scripts.shop.load.compare import Baseline, Ratio
from scripts.shop.tables import table

Content = dict[str, Any]
TIMES = ("p50", "p95", "p99")


def tables(content: Content) -> str:
    stages = ("stage", "users", "requests/s", *(f"{name} ms" for name in TIMES), "errors", "waiting", "drained", "told")
    routes = ("route", "requests", *(f"{name} ms" for name in TIMES), "errors")
    return "\n".join(
        [
            "",
            table([stages, *map(_stage, content["stages"])]),
            "",
            table([routes, *(_route(route, one) for route, one in content["routes"].items())]),
            "",
            *(f"  {times} times {text}" for text, times in content["wrong"]),
        ]
    )


def ratios(stored: Baseline, compared: Sequence[Ratio]) -> str:
    lines = [f"  {'REGRESSION ' if one.regression else ''}{one}" for one in compared]
    return "\n".join([f"Compared with release {stored.release}, {stored.runs} runs:", *lines])


def verdict(content: Content) -> str:
    complaints = content["complaints"]
    word = f"RED: {len(complaints)} complaints" if complaints else "green: every promise was kept"
    return "\n".join([*(f"  {text}" for text in content["findings"]), *(f"RED: {text}" for text in complaints), word])


def _stage(one: Content) -> tuple[str, ...]:
    return (
        one["name"],
        f"{one['users']}",
        f"{one['rate']:.1f}",
        *(f"{one[name]:.0f}" for name in TIMES),
        f"{one['errors']:.2%}",
        _if_known(one["most_waiting"], "{:.0f}"),
        _if_known(one["drained_after"], "{:.1f} s"),
        _if_known(one["notified"], "{:.2f} s"),
    )


def _route(route: str, one: Content) -> tuple[str, ...]:
    return route, f"{one['requests']}", *(f"{one[name]:.0f}" for name in TIMES), f"{one['errors']:.2%}"


def _if_known(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)
