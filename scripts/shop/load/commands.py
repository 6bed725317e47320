"""What `scripts/load.sh` does for each of its commands. Each gives an exit code: 0 where every promise was kept."""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.shop.errors import CannotRun
from scripts.shop.load import compare, judging, measuring, page, result, terminal
from scripts.shop.load import k6 as k6_run
from scripts.shop.load import wrk as wrk_run
from scripts.shop.load.measuring import Run
from scripts.shop.load.products import products
from scripts.shop.load.profiles import PROFILES, seconds_of
from scripts.shop.load.slo import Slo
from scripts.shop.load.target import Target, target
from scripts.shop.progress import say
from scripts.shop.project import ROOT, run_dir

REPORTS = ROOT / "reports" / "load"
NEWEST = "newest"
SMOKE = "smoke"

Arguments = argparse.Namespace
Stop = Callable[[], None]


def profile(arguments: Arguments, stop: Stop) -> int:
    """Run a profile, judge it, and write its report."""
    slo = Slo.read(arguments.slo)
    stored = _stored(arguments) if arguments.compare else None
    run = _run(arguments.command, arguments, slo, stop)
    verdict = judging.judge(run, slo)
    content = result.content(run, loop=compare.machine_loop(), cores=compare.cores())
    say(terminal.tables(content))
    if stored:
        ratios = compare.compare(content["metrics"], stored, loop=content["machine"]["loop_ms"])
        content["compared"] = {"release": stored.release, "ratios": [one.content for one in ratios]}
        say(terminal.ratios(stored, ratios))
        verdict.complaints += [f"regression: {one}" for one in ratios if one.regression]
    content |= {"green": verdict.green, **asdict(verdict)}
    folder = REPORTS / run.profile
    _write(content, folder)
    say(terminal.verdict(content))
    say(f"Report: {page.write(folder).relative_to(ROOT)}, and result.json beside it")
    return 0 if verdict.green else 1


def baseline(arguments: Arguments, stop: Stop) -> int:
    """Repeat the smoke test, each time with a new shop, and store what later runs are compared with."""
    slo = Slo.read(arguments.slo)
    runs = []
    for number in range(1, arguments.repeats + 1):
        say(f"\nRun {number} of {arguments.repeats}")
        run = _run(SMOKE, arguments, slo, stop)
        verdict = judging.judge(run, slo)
        if not verdict.green:
            raise CannotRun("\n".join(["A baseline is made of runs that are green:", *verdict.complaints]))
        runs.append(result.metrics(run))
    made = compare.Baseline.of(runs, release=arguments.release, profile=SMOKE, loop=compare.machine_loop())
    file = compare.BASELINES / f"{arguments.release}.json"
    made.write(file)
    say(f"\n{len(made.medians)} numbers, each the median of {len(runs)} runs: {file.relative_to(ROOT)}")
    return 0


def wrk(arguments: Arguments, stop: Stop) -> int:
    with _shop(arguments, stop) as shop:
        ceilings = wrk_run.measure(shop.urls, seconds=60 * (arguments.minutes or 0.2))
    _write({"ceilings": [asdict(one) for one in ceilings]}, REPORTS / "wrk")
    for one in ceilings:
        say(f"  {one.page}: {one.rate:.0f} requests/s, p50 {one.p50:.1f} ms, p99 {one.p99:.1f} ms")
        if one.wrong:
            say(f"RED: {one.page}: {one.wrong}")
    return 1 if any(one.wrong for one in ceilings) else 0


def k6(arguments: Arguments, stop: Stop) -> int:
    seconds = 60 * (arguments.minutes or PROFILES[SMOKE].minutes)
    slo = Slo.read(arguments.slo)
    program = k6_run.find()
    with _shop(arguments, stop) as shop, products(shop) as ordered:
        plan = k6_run.plan(shop.urls, ordered, slo, users=arguments.users, seconds=seconds)
        return k6_run.run(program, plan, folder=REPORTS / "k6")


def _run(name: str, arguments: Arguments, slo: Slo, stop: Stop) -> Run:
    stages = PROFILES[name].stages(arguments.users, 60 * (arguments.minutes or PROFILES[name].minutes))
    say(f"{name}: {len(stages)} stages in {seconds_of(stages):.0f} s, target {arguments.target}")
    with _shop(arguments, stop) as shop:
        return measuring.run(
            name,
            stages,
            shop=shop,
            target=arguments.target,
            folder=REPORTS / name,
            drain_seconds=slo.limits.drain_seconds,
            workers=arguments.workers,
            page=arguments.page,
        )


@contextmanager
def _shop(arguments: Arguments, stop: Stop) -> Iterator[Target]:
    folder = run_dir() / "load"
    with target(arguments.target, folder=folder, stop=stop, allowed_host=arguments.allow_host) as shop:
        yield shop


def _stored(arguments: Arguments) -> compare.Baseline:
    """:raises CannotRun: there is no such baseline, or it is of another profile."""
    file = compare.newest_baseline() if arguments.compare == NEWEST else Path(arguments.compare)
    if not file or not file.is_file():
        raise CannotRun(f"There is no baseline {file or 'yet'}: scripts/load.sh baseline makes one.")
    stored = compare.Baseline.read(file)
    if stored.profile != arguments.command:
        raise CannotRun(f"{file} is a baseline of {stored.profile}, not of {arguments.command}.")
    return stored


def _write(content: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
