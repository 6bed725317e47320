"""Health, documentation and request ids."""

from pathlib import Path

import pytest
from django.core.management import call_command

import order_service
from order_service.tests.component.bodies import assert_problem

COMMITTED = Path(order_service.__file__).parent / "openapi.yaml"


class TestHealth:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.smoke
    def test_needs_no_token(self, nobody):
        answer = nobody.get("/health/")

        assert set(answer.json()["checks"]) >= {"database"}


class TestDocumentation:
    def test_the_committed_document_is_the_generated_one(self, capsys, tmp_path):
        """If not: python -m order_service spectacular --file order_service/openapi.yaml."""
        made = tmp_path / "openapi.yaml"

        call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))

        assert made.read_text() == COMMITTED.read_text()

    @pytest.mark.parametrize("route", ["/api/schema/", "/api/docs/"])
    def test_needs_no_token(self, nobody, route):
        assert nobody.get(route).status_code == 200


class TestRequestId:
    def test_of_the_request_is_in_the_answer(self, nobody):
        assert nobody.get("/api/nothing/", headers={"X-Request-ID": "request-1"})["X-Request-ID"] == "request-1"

    @pytest.mark.parametrize("wrong", ["", "two words", "x" * 129, "<script>"])
    def test_is_made_when_the_request_has_no_valid_one(self, nobody, wrong):
        answer = nobody.get("/api/nothing/", headers={"X-Request-ID": wrong})

        assert answer["X-Request-ID"] not in {"", wrong}
        assert_problem(answer, 404, "NOT_FOUND")
