"""Reads what a running shop shows beside its answers, again and again, in a thread."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from scripts.shop.load.trend import Point

KINDS = ("cpu", "memory", "files", "connections", "waiting", "tables", "restarts")
"""Percent of a core; MB of its own; open files and sockets; connections to PostgreSQL; messages; MB; how often."""

Values = Mapping[str, Mapping[str, float]]
"""By kind, then by the name of what has the value."""


@dataclass(frozen=True)
class Gauge:
    read: Callable[[], Values]
    every_seconds: float = 1.0


@dataclass
class Watch:
    """
    What was read so far.

    :ivar series: by kind, then by name.
    :ivar check: raises what a gauge raised; call it now and then.
    """

    series: dict[str, dict[str, list[Point]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    check: Callable[[], None] = lambda: None

    def add(self, moment: float, values: Values) -> None:
        for kind, named in values.items():
            for name, value in named.items():
                self.series[kind].setdefault(name, []).append((round(moment, 2), round(value, 2)))

    def waiting(self) -> list[Point]:
        """How many messages waited at each time, in all outboxes and queues together."""
        totals: dict[float, float] = defaultdict(float)
        for points in self.series["waiting"].values():
            for moment, messages in points:
                totals[moment] += messages
        return sorted(totals.items())


@contextmanager
def watching(gauges: Sequence[Gauge]) -> Iterator[Watch]:
    watch, stop = Watch(), threading.Event()
    with ThreadPoolExecutor(max_workers=1) as thread:
        reading = thread.submit(_read_until, stop, gauges, watch)
        watch.check = lambda: reading.result() if reading.done() else None
        try:
            yield watch
        finally:
            stop.set()
    reading.result()


def _read_until(stop: threading.Event, gauges: Sequence[Gauge], watch: Watch) -> None:
    due = dict.fromkeys(range(len(gauges)), 0.0)
    while not stop.is_set():
        moment = time.time()
        for number, gauge in enumerate(gauges):
            if moment >= due[number]:
                due[number] = moment + gauge.every_seconds
                watch.add(moment, gauge.read())
        stop.wait(max(0.0, min(due.values(), default=moment + 1) - time.time()))
