"""scripts/load.sh on a whole shop: the short form is green, and every way to pass by doing nothing is red."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts.shop.load.compare import Baseline
from scripts.shop.load.own_processes import name_of
from scripts.shop.load.slo import Slo
from scripts.shop.load.target import Target
from tests.load.conftest import Outcome
from tests.support.fake_server import FakeServer, Request

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

Load = Callable[..., Outcome]
SHORT = ("--minutes", "0.1")


@pytest.fixture(scope="module")
def smoke(load: Load) -> Outcome:
    """From start to end: servers, services, users, probes, report."""
    return load("smoke", "--minutes", "0.5")


class TestSmoke:
    def test_the_shop_keeps_what_it_promises(self, smoke: Outcome):
        assert smoke.complaints == [], smoke.said
        assert smoke.code == 0
        assert smoke.result["green"]

    def test_every_route_that_must_be_asked_is_in_the_report(self, smoke: Outcome):
        required = [route for route, promise in Slo.read().routes.items() if promise.requests]

        assert [route for route in required if route not in smoke.page] == []
        assert smoke.page.count("<svg") > 5

    def test_the_report_opens_without_a_network(self, smoke: Outcome):
        page = without_svg(smoke.page)

        assert [word for word in ("src=", "href=", "@import", "url(") if word in page] == []


class TestNothingPassesByDoingNothing:
    def test_a_gateway_that_answers_200_to_everything_is_red_at_every_route_asked(self, load: Load):
        with GatewayThatAlwaysAnswers200() as gateway:
            outcome = load("smoke", *SHORT, "--target", gateway.url)

        assert outcome.code == 1
        for route in ("GET /api/products/", "GET /api/products/{id}/", "POST /api/users/"):
            assert f"{route}: 100.0% errors" in "\n".join(outcome.complaints)

    def test_a_run_without_traffic_is_red(self, shop: Target, load: Load):
        """It ends before the stage that is judged; Locust itself calls that a success."""
        outcome = load("smoke", "--minutes", "0.0001", "--target", shop.urls["order_service"])

        assert outcome.code == 1
        assert "GET /api/products/: 0 requests, at least 1 are required" in outcome.complaints

    def test_a_promise_that_is_missed_is_red_and_named(self, shop: Target, load: Load, tmp_path: Path):
        strict = tmp_path / "slo.toml"
        strict.write_text(Path("tests/load/slo.toml").read_text().replace(", p95 = ", ", p95 = 0.0"))

        outcome = load("smoke", *SHORT, "--target", shop.urls["order_service"], "--slo", str(strict))

        assert outcome.code == 1
        assert "GET /api/products/: p95" in "\n".join(outcome.complaints)

    def test_a_run_that_is_slower_than_its_baseline_is_red_and_named(self, shop: Target, load: Load, tmp_path: Path):
        name = "GET /api/products/ p50 (ms)"
        Baseline("0", "smoke", runs=3, loop=1.0, medians={name: 0.001}, noise={name: 1.2}).write(tmp_path / "0.json")

        outcome = load("smoke", *SHORT, "--target", shop.urls["order_service"], "--compare", str(tmp_path / "0.json"))

        assert outcome.code == 1
        assert f"regression: {name}" in "\n".join(outcome.complaints)

    def test_a_shop_whose_relay_does_not_work_is_red(self, shop: Target, load: Load):
        """Every request is answered as ever: only the customers hear nothing of their payments."""
        with halted("order_service relay"):
            outcome = load("smoke", *SHORT, "--target", shop.urls["order_service"])

        assert outcome.code == 1
        assert "notifications did not come in time" in "\n".join(outcome.complaints)

    def test_a_shop_that_is_not_there_is_red(self, load: Load):
        outcome = load("smoke", *SHORT, "--target", "http://127.0.0.1:9")

        assert outcome.code == 1
        assert "RED: No shop answers at http://127.0.0.1:9" in outcome.said


class GatewayThatAlwaysAnswers200(FakeServer):
    """Lets the staff prepare the test, so that it is the users who must notice."""

    def answer(self, request: Request) -> tuple[int, Any]:
        asked = (request.method, request.path)
        if asked == ("POST", ["api", "auth", "login"]) and request.body["username"] == "staff":
            return 200, {"access_token": "a.b.c", "expires_in": 900}
        if asked == ("POST", ["api", "products"]):
            return 201, {"id": 1, "price": "19.90"}
        return 200, {}


@contextmanager
def halted(name: str) -> Iterator[None]:
    """The processes of this name are stopped while the block lasts, and go on afterwards."""
    found = [one for one in psutil.Process().children(recursive=True) if name_of(one.name(), one.cmdline()) == name]
    assert found, f"there is no {name}"
    for process in found:
        process.suspend()
    try:
        yield
    finally:
        for process in found:
            process.resume()


def without_svg(page: str) -> str:
    """An SVG refers to parts of itself."""
    return "".join(piece.rpartition("</svg>")[2] for piece in page.split("<svg"))
