"""What every service has: health, schema, docs, request ids, periodic tasks."""

from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from user_service.celery_app import app
from user_service.models import Session

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


class TestHealth:
    @pytest.mark.smoke
    def test_reports_each_dependency(self, nobody):
        answer = nobody.get("/health/")

        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"
        assert {"database", "cache"} <= set(answer.json()["checks"])


class TestSchema:
    def test_is_the_committed_one(self, nobody):
        """`scripts/lint.sh --fix openapi` writes it."""
        committed = yaml.safe_load((ROOT / "openapi.yaml").read_text())

        assert yaml.safe_load(nobody.get("/api/schema/").content)["paths"] == committed["paths"]

    def test_has_a_docs_page(self, nobody):
        assert nobody.get("/api/docs/").status_code == 200


class TestRequestId:
    def test_is_in_the_answer(self, nobody):
        assert nobody.get("/.well-known/jwks.json", HTTP_X_REQUEST_ID="request-7")["X-Request-ID"] == "request-7"

    def test_a_malformed_one_is_replaced(self, nobody):
        assert nobody.get("/.well-known/jwks.json", HTTP_X_REQUEST_ID="a b")["X-Request-ID"] != "a b"


class TestPeriodicTasks:
    def test_every_scheduled_task_exists(self):
        app.loader.import_default_modules()

        assert {entry["task"] for entry in app.conf.beat_schedule.values()} == {"user_service.purge"}
        assert "user_service.purge" in app.tasks

    def test_purge_deletes_expired_sessions(self, alice):
        app.loader.import_default_modules()
        Session.objects.create(user=alice, started_at=timezone.now())  # without a refresh token

        app.tasks["user_service.purge"]()

        assert not Session.objects.exists()
