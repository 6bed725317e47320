"""
Decides whether an experiment may be called green. Nothing passes by doing nothing.

Chaos Toolkit calls an experiment with an empty method a success, goes on after an action that failed, and does not
look at what a probe in the method gives. So its journal is read here, line by line.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Journal = Mapping[str, Any]


def complaints(journal: Journal, *, requests: int, least_requests: int) -> list[str]:
    """
    What forbids to call the experiment of this journal green.

    :param requests: made during the fault.
    """
    return [
        *_course(journal),
        *_states(journal["steady_states"]),
        *_activities("method", journal["run"]),
        *_activities("rollback", journal["rollbacks"]),
        *_faults(journal["run"]),
        *([f"only {requests} requests were made during the fault"] if requests < least_requests else []),
    ]


def fault_was_seen(journal: Journal) -> bool:
    return not list(_faults(journal["run"]))


def _course(journal: Journal) -> Iterator[str]:
    if journal["status"] != "completed":
        yield f"Chaos Toolkit says: {journal['status']}"
    if not journal["rollbacks"]:
        yield "nothing was rolled back"


def _states(states: Mapping[str, Any]) -> Iterator[str]:
    for moment in ("before", "after"):
        state = states.get(moment)
        if not state or not state["probes"]:
            yield f"the steady state {moment} the fault was not looked at"
            continue
        for probe in state["probes"]:
            if not probe.get("tolerance_met"):
                yield f"{moment} the fault: {probe['activity']['name']} is {_output(probe)}"


def _activities(part: str, runs: list[Mapping[str, Any]]) -> Iterator[str]:
    """Each action has to be done, and what each probe asks has to be so."""
    for run in runs:
        failed = run.get("status") != "succeeded"
        if failed or (run["activity"]["type"] == "probe" and run.get("output") is not True):
            yield f"{part}: {run['activity']['name']}: {_output(run)}"


def _faults(runs: list[Mapping[str, Any]]) -> Iterator[str]:
    """Each fault that begins has to be seen, and seen to be over, before the next."""
    functions = [(run["activity"]["provider"].get("func"), run) for run in runs]
    begun = sum(function == "begin" for function, _ in functions)
    if not begun:
        yield "no fault began"
    for wanted in ("fault_is_active", "fault_is_over"):
        probes = [run for function, run in functions if function == wanted]
        seen = sum(run.get("output") is True for run in probes)
        if seen < max(begun, 1):
            yield f"{wanted} was true for {seen} of {begun} faults"


def _output(run: Mapping[str, Any]) -> str:
    exception = run.get("exception")
    return str(exception[-1]).strip() if exception else str(run.get("output"))
