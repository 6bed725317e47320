"""What slo.toml allows, and that it speaks of experiments that exist."""

from pathlib import Path

import pytest

from tests.chaos.slo import FILE, Slo
from tests.chaos.traffic import Request

EXPERIMENTS = {file.stem for file in (Path(FILE).parent / "experiments").glob("*.yaml")}
SLO = Slo(least_requests=20, settled_within=60, limits={"default": 10, "GET /fast/": 1}, errors={"kill-web": 0.25})


def request(route: str, seconds: float) -> Request:
    return Request(at=0, route=route, seconds=seconds, status=200)


class TestLimits:
    def test_a_route_has_its_own_or_the_default(self):
        slow, fast = request("GET /fast/", 1.1), request("GET /slow/", 9.9)

        assert SLO.too_long([slow, fast]) == [slow]


class TestErrors:
    @pytest.mark.parametrize(("errors", "allowed"), [(25, True), (26, False)])
    def test_are_allowed_up_to_a_share(self, errors, allowed):
        assert SLO.allows("kill-web", errors=errors, requests=100) is allowed

    def test_are_not_allowed_where_nothing_is_said(self):
        assert not SLO.allows("kill-relay", errors=1, requests=1000)


class TestTheFile:
    def test_names_experiments_that_exist(self):
        assert set(Slo.read().errors) <= EXPERIMENTS
