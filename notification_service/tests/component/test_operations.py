"""Health, schema, docs, request ids: what operators and other developers see."""

from pathlib import Path

import pytest
from django.core.management import call_command

import notification_service

pytestmark = pytest.mark.django_db

COMMITTED = Path(notification_service.__file__).parent / "openapi.yaml"


@pytest.mark.regression
@pytest.mark.django_db(transaction=True)
def test_health_is_not_throttled(nobody, settings):
    """Whoever watches over a service must not take it for dead because many ask."""
    settings.THROTTLE_DEFAULT = "1/min"

    assert [nobody.get("/health/").status_code for _ in range(2)] == [200, 200]


class TestOperations:
    @pytest.mark.smoke
    def test_is_healthy(self, nobody):
        answer = nobody.get("/health/")

        assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    def test_the_docs_page_is_there(self, nobody):
        assert nobody.get("/api/docs/").status_code == 200

    def test_a_request_id_is_answered(self, alice):
        answer = alice.get("/api/users/7/notifications/", HTTP_X_REQUEST_ID="a-request")

        assert answer["X-Request-ID"] == "a-request"

    def test_an_address_that_leads_nowhere_answers_in_json(self, nobody):
        answer = nobody.get("/nowhere")

        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


class TestSchema:
    def test_the_committed_one_is_the_present_one(self, tmp_path):
        present = tmp_path / "openapi.yaml"

        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(present))

        assert present.read_text() == COMMITTED.read_text(), "scripts or `spectacular --file` write it anew"
