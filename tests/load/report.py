"""
The page of a run: `python -m tests.load.report result.json report.html`, in .venv-load.

Everything is in the one file, pictures as SVG, so that it opens without a network.
"""

import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
MOST_LINES = 10
"""Of one plot, those with the largest values."""
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
Content = dict[str, Any]
Lines = Mapping[str, Sequence[Sequence[float]]]

mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "load", "font.size": 9, "axes.spines.top": False,
                     "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3})  # fmt: skip


def main(source: str, destination: str) -> None:
    content: Content = json.loads(Path(source).read_text())
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template("report.html.jinja").render(run=content, plots=plots(content))
    Path(destination).write_text(page)


def plots(content: Content) -> dict[str, Markup]:
    answers, watched = content["answers"], content["watched"]

    def of_answers(*names: str, factor: float = 1.0) -> Lines:
        return {name: [[one["at"], factor * one[name]] for one in answers if one["requests"]] for name in names}

    notified = [one for one in content["probe"]["notified"] if one[1] is not None]
    drawn: list[tuple[str, str, Lines]] = [
        ("Time to an answer", "ms", of_answers("p50", "p95", "p99")),
        ("Rate", "requests/s", {"rate": [[one["at"], one["rate"]] for one in answers]}),
        ("Errors", "percent", of_answers("errors", factor=100.0)),
        ("Users", "users", {"users": content["users"]}),
        ("Processor", "percent of a core", watched["cpu"]),
        ("Memory", "MB", watched["memory"]),
        ("Messages waiting in outboxes and queues", "messages", watched["waiting"]),
        ("Payment to notification", "s", {"probe": notified}),
        ("Connections to PostgreSQL", "connections", watched["connections"]),
        ("Tables", "MB", watched["tables"]),
    ]
    return {title: plot(content["stages"], unit, lines) for title, unit, lines in drawn if any(lines.values())}


def plot(stages: Sequence[Content], unit: str, lines: Lines) -> Markup:
    """An SVG element: the lines over time, with the stages marked."""
    figure = Figure(figsize=(8.6, 2.7), layout="constrained")
    axes = figure.subplots()
    largest = sorted(lines, key=lambda name: -max((point[1] for point in lines[name]), default=0))[:MOST_LINES]
    for name in largest:
        if lines[name]:
            times, values = zip(*lines[name], strict=True)
            axes.plot(times, values, label=name, linewidth=1.2, marker="." if len(times) < 30 else "")
    _mark(axes, stages)
    axes.set_ylabel(unit)
    axes.set_xlabel("s")
    axes.set_ylim(bottom=0)
    if len(largest) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize=8)
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata=NO_METADATA)
    return Markup(re.sub(r"^.*?(?=<svg)", "", written.getvalue(), flags=re.DOTALL))  # noqa: S704 - our own picture


def _mark(axes: Axes, stages: Sequence[Content]) -> None:
    for stage in stages:
        axes.axvline(stage["start"], color="0.6", linewidth=0.8, linestyle=":")
        label = f"{stage['name']} ({stage['users']})"
        axes.annotate(label, (stage["start"], 1), xycoords=("data", "axes fraction"), fontsize=7, color="0.4",
                      xytext=(2, 1), textcoords="offset points")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:3])
