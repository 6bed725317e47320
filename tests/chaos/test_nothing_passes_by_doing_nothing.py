"""Experiments that show nothing, and shops that lose something, are red: shown by planting each of them."""

import os
import signal
from dataclasses import replace

import pytest

from tests.chaos import runner
from tests.chaos.slo import Slo
from tests.support.fake_server import FakeServer

SLO = replace(Slo.read(), settled_within=5)


@pytest.fixture
def experiment():
    return runner.load("kill-worker")


@pytest.fixture
def run(shop):
    """`run(experiment)`: gives its result; the shop is the running one, or another."""

    def run(experiment, *, on=shop):
        return runner.run("planted", experiment, on, short=True, slo=SLO)

    return run


class TestAnExperiment:
    def test_with_an_empty_method_is_red(self, run, experiment):
        result = run({**experiment, "method": []})

        assert not result.fault_seen
        assert "no fault began" in result.complaints

    def test_whose_action_failed_unnoticed_is_red(self, run, experiment):
        """Chaos Toolkit takes a process that exits with 1 for an action that was done."""
        nothing = {"type": "action", "name": "nothing", "provider": {"type": "process", "path": "false"}}
        look = experiment["method"][1]
        result = run({**experiment, "method": [nothing, look]})

        assert not result.fault_seen
        assert any(complaint.startswith("method: it is gone") for complaint in result.complaints)

    def test_whose_fault_has_no_effect_is_red(self, run, experiment):
        python = {"type": "python", "module": "tests.chaos.actions", "func": "begin"}
        provider = {**python, "arguments": {"fault": "payment gateway", "behaviour": "normal"}}
        look = {"type": "python", "module": "tests.chaos.probes", "func": "fault_is_active", "arguments": {"within": 1}}
        method = [
            {"type": "action", "name": "nothing breaks", "provider": provider},
            {"type": "probe", "name": "it is broken", "provider": look},
        ]
        result = run({**experiment, "method": method})

        assert not result.fault_seen
        assert "fault_is_active was true for 0 of 1 faults" in result.complaints


class TestAShop:
    def test_without_its_relay_is_red(self, shop, run, experiment):
        """What was accepted is told to nobody."""
        pid = shop.program("order_service", "relay").process.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            result = run(experiment)
        finally:
            os.kill(pid, signal.SIGCONT)

        assert result.lost > 0
        assert any("was not told order.placed" in complaint for complaint in result.complaints)

    def test_whose_payment_gateway_says_yes_to_everything_is_red(self, shop, run, experiment):
        """Orders are confirmed, and no money is there."""
        shop.payments.behave("generous")
        try:
            result = run(experiment)
        finally:
            shop.payments.behave("normal")

        assert any("is confirmed and was not charged" in complaint for complaint in result.complaints)

    def test_whose_gateway_answers_200_to_everything_is_red(self, shop, run, experiment):
        with Yes() as gateway:
            result = run(experiment, on=replace(shop, customers_url=gateway.url))

        assert not result.green
        assert result.orders == 0


class Yes(FakeServer):
    def answer(self, request):
        return 200, {}
