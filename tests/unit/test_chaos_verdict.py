"""Which journals of Chaos Toolkit are green: none in which nothing happened."""

from copy import deepcopy

import pytest

from tests.chaos.verdict import complaints, fault_was_seen


def run(function, output=None, status="succeeded", **more):
    kind = "probe" if output is not None else "action"
    activity = {"name": function, "type": kind, "provider": {"func": function}}
    return {"activity": activity, "output": output, "status": status, **more}


STATE = {"probes": [run("lost", 0, tolerance_met=True)]}
JOURNAL = {
    "status": "completed",
    "steady_states": {"before": STATE, "after": STATE},
    "run": [run("begin"), run("fault_is_active", True), run("end"), run("fault_is_over", True)],
    "rollbacks": [run("end")],
}


def judge(journal, requests=20):
    return complaints(journal, requests=requests, least_requests=20)


@pytest.fixture
def journal():
    return deepcopy(JOURNAL)


class TestAnExperiment:
    def test_whose_fault_came_and_went_is_green(self, journal):
        assert judge(journal) == []
        assert fault_was_seen(journal)

    def test_with_an_empty_method_is_red(self, journal):
        """Chaos Toolkit calls it completed."""
        journal["run"] = []

        assert "no fault began" in judge(journal)
        assert not fault_was_seen(journal)

    def test_whose_fault_was_never_looked_for_is_red(self, journal):
        journal["run"] = [run("begin"), run("end"), run("fault_is_over", True)]

        assert judge(journal) == ["fault_is_active was true for 0 of 1 faults"]
        assert not fault_was_seen(journal)

    @pytest.mark.parametrize("output", [False, "true", 1])
    def test_whose_fault_was_not_seen_is_red(self, journal, output):
        journal["run"][1] = run("fault_is_active", output)

        assert "fault_is_active was true for 0 of 1 faults" in judge(journal)

    def test_whose_second_fault_was_not_seen_is_red(self, journal):
        journal["run"] += [run("begin"), run("fault_is_active", False), run("fault_is_over", True)]

        assert "fault_is_active was true for 1 of 2 faults" in judge(journal)

    def test_whose_fault_stayed_is_red(self, journal):
        journal["run"][3] = run("fault_is_over", False)

        assert "fault_is_over was true for 0 of 1 faults" in judge(journal)

    def test_that_did_not_see_what_it_looked_for_is_red(self, journal):
        """Chaos Toolkit does not look at what a probe in the method gives."""
        journal["run"].insert(2, run("log_says", False))

        assert judge(journal) == ["method: log_says: False"]

    def test_with_an_action_that_failed_is_red(self, journal):
        """Chaos Toolkit notes it and goes on."""
        journal["run"][0] = run("begin", status="failed", exception=["Traceback ...", "OSError: no room\n"])

        assert judge(journal) == ["method: begin: OSError: no room"]

    def test_with_a_rollback_that_failed_is_red(self, journal):
        journal["rollbacks"] = [run("end", status="failed")]

        assert judge(journal) == ["rollback: end: None"]

    def test_without_a_rollback_is_red(self, journal):
        journal["rollbacks"] = []

        assert judge(journal) == ["nothing was rolled back"]

    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize("state", [None, {"probes": []}])
    def test_whose_steady_state_was_not_looked_at_is_red(self, journal, moment, state):
        journal["steady_states"] = {**journal["steady_states"], moment: state}

        assert judge(journal) == [f"the steady state {moment} the fault was not looked at"]

    def test_whose_steady_state_was_not_met_is_red(self, journal):
        journal["steady_states"]["after"] = {"probes": [run("lost", 3, tolerance_met=False)]}

        assert judge(journal) == ["after the fault: lost is 3"]

    @pytest.mark.parametrize("status", ["failed", "aborted", "interrupted"])
    def test_that_did_not_complete_is_red(self, journal, status):
        journal["status"] = status

        assert judge(journal) == [f"Chaos Toolkit says: {status}"]

    def test_that_too_few_customers_noticed_is_red(self, journal):
        assert judge(journal, requests=19) == ["only 19 requests were made during the fault"]
