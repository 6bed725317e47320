"""Runs commands side by side, quietly: each writes to its own log, and its end is told."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.shop import processes

POLL_SECONDS = 0.01
LIMIT_SECONDS = 20 * 60.0
"""Far above what any job needs: a job that hangs is ended, and its exit status says so."""


@dataclass(frozen=True)
class Job:
    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    job: Job
    exit_code: int
    seconds: float

    @property
    def output(self) -> str:
        return self.job.log.read_text(errors="replace")


def run(
    jobs: Iterable[Job],
    *,
    at_once: int | None = None,
    ended: Callable[[Result], None] = lambda _: None,
    start: "Callable[[Job], processes.Process] | None" = None,
    limit: float = LIMIT_SECONDS,
) -> list[Result]:
    """
    Run all, at most `at_once` together (default: as many as there are cores); `ended` hears of each as it ends, `start`
    starts one in another way than as a process of its own.

    Ctrl-C ends those that run before it goes on its way.
    """
    waiting = list(jobs)
    running: list[tuple[Job, processes.Process, float]] = []
    results: list[Result] = []
    at_once = at_once or os.cpu_count() or 1

    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                job = waiting.pop(0)
                _empty(job.log)
                running.append((job, (start or start_alone)(job), time.monotonic()))
            for entry in tuple(running):
                job, process, started = entry
                seconds = time.monotonic() - started
                if seconds > limit:
                    processes.end([process])
                if (exit_code := process.poll()) is not None:
                    running.remove(entry)
                    results.append(Result(job, exit_code, seconds))
                    ended(results[-1])
            time.sleep(POLL_SECONDS)
    finally:
        processes.end([process for _, process, _ in running], grace=3)
    return results


def _empty(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")


def start_alone(job: Job) -> processes.Process:
    """A process of its own, as most jobs are."""
    return processes.start(job.command, log=job.log, environment={**os.environ, **job.environment})
