"""The time of the unit layer, beside the time that three Django services need to start, measured in turn."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from scripts.shop.bench import Measurement
from scripts.shop.progress import say
from scripts.shop.project import ROOT, SERVICES

ROUNDS = 7
GOAL_RATIO = 2.5
QUICK = ("scripts/test-quick.sh",)
CHECKS = tuple((sys.executable, "-m", service.name, "check") for service in SERVICES)


def measure() -> Iterator[Measurement]:
    _together(CHECKS)  # once unmeasured, to have bytecode and the page cache warm
    _together([QUICK])
    checks, quick = [], []
    for number in range(1, ROUNDS + 1):
        checks.append(_together(CHECKS))
        quick.append(_together([QUICK]))
        say(f"  round {number}: three checks {checks[-1]:.2f} s, test-quick {quick[-1]:.2f} s")

    base, ours = statistics.median(checks), statistics.median(quick)
    say(f"  medians: three checks {base:.2f} s, test-quick {ours:.2f} s")
    yield Measurement("test-quick / three checks", ours / base, "times", GOAL_RATIO)


def _together(commands: Sequence[Sequence[str]]) -> float:
    """Seconds until the last of these commands has ended; all must end well."""
    started = time.monotonic()
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for command in commands
    ]
    outputs = [process.communicate()[0] for process in running]
    took = time.monotonic() - started
    for process, output in zip(running, outputs, strict=True):
        if process.returncode:
            raise SystemExit(f"{process.args!r} failed, so there is nothing to measure:\n{output.decode()}")
    return took
