"""Runs commands side by side; the output of each goes to its own log."""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.shop import processes

POLL_SECONDS = 0.01
LIMIT_SECONDS = 20 * 60.0
"""Far above what any job needs: a job that hangs is ended, and its exit code says so."""


@dataclass(frozen=True)
class Job:
    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    job: Job
    exit_code: int
    seconds: float

    @property
    def output(self) -> str:
        return self.job.log.read_text(errors="replace")


def start(job: Job) -> processes.Process:
    return processes.start(job.command, log=job.log, environment=job.environment)


def run(
    jobs: Iterable[Job],
    *,
    at_once: int | None = None,
    ended: Callable[[Result], None] = lambda _: None,
    start: Callable[[Job], processes.Process] = start,
    limit: float = LIMIT_SECONDS,
) -> list[Result]:
    """
    Run all jobs. Ctrl-C ends those that run.

    :param at_once: how many run at the same time; default: one a core.
    :param ended: called with each result as soon as there is one.
    :param start: starts a job's process.
    :param limit: seconds after which a job is ended.
    """
    waiting = list(jobs)
    running: list[tuple[Job, processes.Process, float]] = []
    results: list[Result] = []
    at_once = at_once or os.cpu_count() or 1

    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                job = waiting.pop(0)
                job.log.unlink(missing_ok=True)
                running.append((job, start(job), time.monotonic()))
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
