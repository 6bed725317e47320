"""The experiment files: valid for Chaos Toolkit, and each looks at its fault and at the steady state."""

from collections import Counter

import pytest
from chaoslib.experiment import ensure_experiment_is_valid

from scripts.shop.project import ROOT
from tests.chaos import runner
from tests.chaos.faults import FAULTS

STEADY_STATE = {
    "lost",
    "doubled",
    "wrong_sums",
    "refused_customers",
    "requests_over_their_limit",
    "errors_are_within_slo",
}


def functions(activities):
    return Counter(activity["provider"]["func"] for activity in activities)


@pytest.fixture(params=runner.names())
def experiment(request):
    return runner.load(request.param)


class TestEachExperiment:
    def test_is_valid_for_chaos_toolkit(self, experiment):
        ensure_experiment_is_valid(experiment)

    def test_looks_at_each_fault_while_it_lasts_and_after_it(self, experiment):
        called = functions(experiment["method"])

        assert called["begin"] == called["fault_is_active"] == called["fault_is_over"] > 0

    def test_looks_at_the_whole_steady_state(self, experiment):
        assert set(functions(experiment["steady-state-hypothesis"]["probes"])) == STEADY_STATE

    def test_ends_its_faults_whatever_happens(self, experiment):
        assert functions(experiment["rollbacks"]) == {"end": 1}


class TestTheExperiments:
    def test_use_every_fault(self):
        begun = [step["provider"] for name in runner.names() for step in runner.load(name)["method"]]

        assert {step["arguments"]["fault"] for step in begun if step["func"] == "begin"} == set(FAULTS)

    def test_have_the_names_of_those_for_kubernetes(self):
        for_kubernetes = {file.stem for file in (ROOT / "deploy" / "chaos").glob("*.yaml")}

        assert for_kubernetes
        assert for_kubernetes <= set(runner.names())
