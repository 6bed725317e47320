"""What slo.toml allows, and that it speaks of experiments that exist."""

from pathlib import Path

import pytest

from tests.chaos.slo import FILE, Errors, Slo
from tests.chaos.traffic import Request

EXPERIMENTS = {file.stem for file in (Path(FILE).parent / "experiments").glob("*.yaml")}
SLO = Slo(
    least_requests=20,
    settled_within=60,
    limits={"default": 10, "GET /fast/": 1},
    errors={"kill-web": Errors(share=0.25), "no-payments": Errors(share=1, only=["POST /api/payments/"])},
)


def request(route: str, seconds: float) -> Request:
    return Request(at=0, route=route, seconds=seconds, status=200)


class TestLimits:
    def test_a_route_has_its_own_or_the_default(self):
        slow, fast = request("GET /fast/", 1.1), request("GET /slow/", 9.9)

        assert SLO.too_long([slow, fast]) == [slow]


def failed(count: int, *, of: int, route: str = "GET /slow/") -> list[Request]:
    return [Request(at=0, route=route, seconds=0.1, status=503 if number < count else 200) for number in range(of)]


class TestErrors:
    def test_up_to_a_share_are_allowed(self):
        assert SLO.excess_errors("kill-web", failed(25, of=100)) == []

    def test_more_are_too_many(self):
        assert SLO.excess_errors("kill-web", failed(26, of=100)) == ["26 of 100 requests failed during the fault"]

    def test_where_nothing_is_said_one_is_too_many(self):
        assert SLO.excess_errors("kill-relay", failed(1, of=1000)) == ["1 of 1000 requests failed during the fault"]

    def test_on_another_route_than_those_of_the_fault_are_too_many(self):
        requests = failed(9, of=10, route="POST /api/payments/") + failed(1, of=10)

        assert SLO.excess_errors("no-payments", requests) == [
            "GET /slow/ failed, which has nothing to do with the fault"
        ]

    def test_of_the_shop_itself_are_never_allowed(self):
        requests = [*failed(0, of=9), Request(at=0, route="GET /slow/", seconds=0.1, status=500)]

        assert SLO.excess_errors("kill-web", requests) == ["1 requests were answered 500, which no fault excuses"]

    @pytest.mark.parametrize(("status", "is_error"), [(0, True), (503, True), (500, True), (409, False), (201, False)])
    def test_are_requests_without_an_answer_and_those_answered_5xx(self, status, is_error):
        assert Request(at=0, route="GET /slow/", seconds=1, status=status).is_error is is_error


class TestTheFile:
    def test_names_experiments_that_exist(self):
        assert set(Slo.read().errors) <= EXPERIMENTS
