"""Runs one experiment file with Chaos Toolkit, and sums it up."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from chaoslib.experiment import ensure_experiment_is_valid, load_experiment, run_experiment

from scripts.shop.project import ROOT
from tests.chaos import verdict
from tests.chaos.audit import promises_to
from tests.chaos.scene import Scene
from tests.chaos.shop import ChaosShop
from tests.chaos.slo import Slo
from tests.chaos.under_way import under_way

LOGS = ROOT / "reports" / "chaos" / "logs"
EXPERIMENTS = Path(__file__).with_name("experiments")
# Without this, Chaos Toolkit plays no rollbacks after an experiment that failed.
ALWAYS_ROLL_BACK = {"runtime": {"rollbacks": {"strategy": "always"}}}


class Interrupted(Exception):
    """Somebody asked for the end."""


@dataclass(frozen=True)
class Result:
    """
    :ivar recovery: the longest time until a new order went through after a fault, in seconds; None when none did.
    :ivar complaints: why this experiment is red; empty when it is green.
    """

    experiment: str
    fault_seen: bool
    requests: int
    errors: int
    orders: int
    lost: int
    doubled: int
    recovery: float | None
    seconds: float
    complaints: tuple[str, ...]
    scene: Scene = field(repr=False, compare=False)

    @property
    def green(self) -> bool:
        return not self.complaints

    def to_dict(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "scene"}

    def looked_at_again(self) -> "Result":
        """The same, with what came late: a second copy of a message may take its time."""
        late = self.scene.came_late()
        return replace(self, complaints=(*self.complaints, *(f"late: {sentence}" for sentence in late)))


def names(*, short: bool = False) -> list[str]:
    """Every experiment, or those that have a short form."""
    every = sorted(file.stem for file in EXPERIMENTS.glob("*.yaml"))
    return [name for name in every if not short or "short" in load(name)["configuration"]]


def load(name: str) -> dict[str, Any]:
    experiment: dict[str, Any] = load_experiment(str(EXPERIMENTS / f"{name}.yaml"))
    return experiment


def run(name: str, experiment: dict[str, Any], shop: ChaosShop, *, short: bool, slo: Slo | None = None) -> Result:
    """
    Run one experiment. A red one leaves what the shop's processes wrote meanwhile in reports/chaos/logs.

    :param experiment: the content of its file.
    :param short: let `configuration.short` override the rest of the configuration.
    :raises Interrupted: Ctrl-C; rollbacks were played.
    :raises chaoslib.exceptions.ChaosException: this is no experiment.
    """
    logging.getLogger("chaostoolkit").setLevel(logging.ERROR)
    ensure_experiment_is_valid(experiment)
    configuration: Mapping[str, Any] = experiment["configuration"]
    shortened = configuration["short"] if short else {}
    configuration = {**configuration, **shortened}
    slo = slo or Slo.read()
    slo = replace(slo, settled_within=configuration.get("settled_within", slo.settled_within))
    with under_way(Scene(name, shop, slo, **configuration.get("customers", {}))) as scene:
        journal = run_experiment(experiment, settings=ALWAYS_ROLL_BACK, experiment_vars=(dict(shortened), {}))
        if journal["status"] == "interrupted":
            raise Interrupted
        result = summary(name, scene, journal)
        if not result.green:
            scene.logs.copy_to(LOGS / name)
        return result


def summary(name: str, scene: Scene, journal: verdict.Journal) -> Result:
    requests, balance = scene.requests, scene.balance()
    return Result(
        experiment=name,
        fault_seen=verdict.fault_was_seen(journal),
        requests=len(requests),
        errors=sum(request.is_error for request in requests),
        orders=len(promises_to(scene.buyers)),
        lost=len(balance.lost),
        doubled=len(balance.doubled),
        recovery=max(scene.recoveries, default=None),
        seconds=round(journal["duration"], 1),
        complaints=(
            *verdict.complaints(journal, requests=len(requests), least_requests=scene.slo.least_requests),
            *balance.differences[:10],
            *scene.excess_errors(),
            *scene.stream.failures[:5],
        ),
        scene=scene,
    )
