"""Health, schema, docs and request ids."""

from pathlib import Path

import pytest
from django.core.management import call_command

import notification_service

pytestmark = pytest.mark.django_db

COMMITTED = Path(notification_service.__file__).parent / "openapi.yaml"


@pytest.mark.regression
@pytest.mark.django_db(transaction=True)
def test_health_is_not_throttled(anonymous, settings):
    """Otherwise frequent health checks would report a healthy service as down."""
    settings.THROTTLE_DEFAULT = "1/min"

    assert [anonymous.get("/health/").status_code for _ in range(2)] == [200, 200]


class TestOperations:
    @pytest.mark.smoke
    def test_is_healthy(self, anonymous):
        answer = anonymous.get("/health/")

        assert (answer.status_code, answer.json()["status"]) == (200, "ok")

    def test_the_docs_page_is_served(self, anonymous):
        assert anonymous.get("/api/docs/").status_code == 200

    def test_the_answer_repeats_the_request_id(self, alice):
        answer = alice.get("/api/users/7/notifications/", HTTP_X_REQUEST_ID="a-request")

        assert answer["X-Request-ID"] == "a-request"

    def test_an_unknown_path_is_answered_in_json(self, anonymous):
        answer = anonymous.get("/nowhere")

        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


class TestSchema:
    def test_the_committed_schema_is_up_to_date(self, tmp_path):
        current = tmp_path / "openapi.yaml"

        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(current))

        assert current.read_text() == COMMITTED.read_text(), "scripts/lint.sh --fix openapi writes it"
