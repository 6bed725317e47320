"""Health, documentation, request ids: what operators and developers look at."""

from pathlib import Path

import pytest
from django.core.management import call_command

import order_service
from order_service.tests.component.bodies import assert_problem

COMMITTED = Path(order_service.__file__).parent / "openapi.yaml"


class TestHealth:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.smoke
    def test_is_for_anyone(self, nobody):
        answer = nobody.get("/health/")

        assert set(answer.json()["checks"]) >= {"database"}


class TestDocumentation:
    def test_is_committed_as_it_is(self, capsys, tmp_path):
        """To mend: python -m order_service spectacular --file order_service/openapi.yaml."""
        made = tmp_path / "openapi.yaml"

        call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))

        assert made.read_text() == COMMITTED.read_text()

    @pytest.mark.parametrize("route", ["/api/schema/", "/api/docs/"])
    def test_is_for_anyone(self, nobody, route):
        assert nobody.get(route).status_code == 200


class TestRequestId:
    def test_is_answered(self, nobody):
        assert nobody.get("/api/nothing/", headers={"X-Request-ID": "walk-1"})["X-Request-ID"] == "walk-1"

    @pytest.mark.parametrize("wrong", ["", "two words", "x" * 129, "<script>"])
    def test_is_made_when_there_is_none(self, nobody, wrong):
        answer = nobody.get("/api/nothing/", headers={"X-Request-ID": wrong})

        assert answer["X-Request-ID"] not in {"", wrong}
        assert_problem(answer, 404, "NOT_FOUND")
