"""What every service has: health, schema, docs, request ids."""

from pathlib import Path

import pytest
import yaml

from user_service.celery_app import app

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


class TestHealth:
    @pytest.mark.smoke
    def test_says_how_each_part_is(self, nobody):
        answer = nobody.get("/health/")

        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"
        assert {"database", "cache"} <= set(answer.json()["checks"])


class TestSchema:
    def test_is_the_one_that_is_committed(self, nobody):
        """Made anew by `scripts/lint.sh --fix openapi`."""
        committed = yaml.safe_load((ROOT / "openapi.yaml").read_text())

        assert yaml.safe_load(nobody.get("/api/schema/").content)["paths"] == committed["paths"]

    def test_can_be_read_by_people(self, nobody):
        assert nobody.get("/api/docs/").status_code == 200


class TestRequestId:
    def test_is_answered(self, nobody):
        assert nobody.get("/.well-known/jwks.json", HTTP_X_REQUEST_ID="request-7")["X-Request-ID"] == "request-7"

    def test_is_made_when_it_is_malformed(self, nobody):
        assert nobody.get("/.well-known/jwks.json", HTTP_X_REQUEST_ID="a b")["X-Request-ID"] != "a b"


class TestPeriodicTasks:
    def test_exist(self):
        app.loader.import_default_modules()

        assert {entry["task"] for entry in app.conf.beat_schedule.values()} == {"user_service.purge"}
        assert "user_service.purge" in app.tasks

    def test_purge_does_its_work(self):
        app.loader.import_default_modules()

        app.tasks["user_service.purge"]()
