"""What a chaos run shows: a table on the terminal, and reports/chaos/ with the same as JSON and as a page."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.shop.project import ROOT
from scripts.shop.tables import table
from tests.chaos.runner import Result

FOLDER = ROOT / "reports" / "chaos"
HEAD = ("experiment", "fault seen", "orders", "requests", "errors", "lost", "doubled", "recovery", "verdict")


def as_table(results: Sequence[Result]) -> str:
    return table([HEAD, *map(_row, results)])


def totals(results: Sequence[Result]) -> str:
    orders = sum(result.orders for result in results)
    lost = sum(result.lost for result in results)
    doubled = sum(result.doubled for result in results)
    red = [result.experiment for result in results if not result.green]
    verdict = f"{len(red)} red: {', '.join(red)}" if red else "all green"
    return f"{len(results)} experiments, {orders} orders, {lost} lost, {doubled} doubled; {verdict}"


def write(results: Sequence[Result], *, short: bool, seconds: float, folder: Path = FOLDER) -> Path:
    """Replace what the last run wrote; gives the page."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "finished_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "form": "short" if short else "long",
        "seconds": round(seconds),
        "results": [result.to_dict() for result in results],
    }
    (folder / "results.json").write_text(json.dumps(content, indent=2) + "\n")
    page = folder / "README.md"
    page.write_text(_page(results, title=f"Chaos, {content['form']} form, {content['finished_at']}"))
    return page


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.experiment,
        "yes" if result.fault_seen else "no",
        *(f"{number}" for number in (result.orders, result.requests, result.errors, result.lost, result.doubled)),
        "none" if result.recovery is None else f"{result.recovery:.1f} s",
        "green" if result.green else f"RED: {result.complaints[0]}",
    )


def _page(results: Sequence[Result], *, title: str) -> str:
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, results)]
    complaints = [
        f"## {result.experiment}\n\n" + "\n".join(f"- {complaint}" for complaint in result.complaints)
        for result in results
        if not result.green
    ]
    lines = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n\n".join([f"# {title}", totals(results), "\n".join(lines), *complaints]) + "\n"
