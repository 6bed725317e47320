import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError
from django.urls import get_resolver
from django.utils.translation import trans_real
from redis.exceptions import RedisError

from servicekit.api import health
from servicekit.api.health import Check, examine
from servicekit.process import defaults

DOWN = Check("database", lambda: (_ for _ in ()).throw(OperationalError("db.internal refused")))
WELL = Check("broker", lambda: None)


@pytest.mark.django_db(transaction=True)
def test_health_is_200_when_all_checks_pass(nobody):
    response = nobody.get("/health/")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    report = response.json()
    assert report["status"] == "ok"
    assert {name: check["status"] for name, check in report["checks"].items()} == {"database": "ok", "cache": "ok"}
    assert all(check["seconds"] < 2 for check in report["checks"].values())


@pytest.mark.django_db(transaction=True)
def test_health_is_503_when_the_database_is_down(nobody, monkeypatch):
    monkeypatch.setattr(health.HealthView, "checks", (DOWN, WELL))
    [route] = [route for route in get_resolver().url_patterns if route.name == "health"]
    monkeypatch.setitem(route.callback.view_initkwargs, "checks", (DOWN, WELL))

    response = nobody.get("/health/")

    assert response.status_code == 503
    assert response.json()["status"] == "failing"
    assert response.json()["checks"]["database"]["error"] == "OperationalError"
    assert response.json()["checks"]["broker"]["status"] == "ok"
    assert b"internal" not in response.content


class TestExamine:
    def test_is_ok_without_a_dependency_that_is_not_required(self):
        """Without its cache a service is slower, but works."""
        report = examine([WELL, Check("cache", DOWN.probe, required=False)])

        assert (report["status"], report["checks"]["cache"]["status"]) == ("ok", "failing")

    def test_does_not_wait_for_a_check_that_hangs(self):
        over = threading.Event()
        started = time.monotonic()

        report = examine([Check("hanging", lambda: over.wait(5)), WELL], within=0.1)

        assert time.monotonic() - started < 1
        assert report["checks"]["hanging"]["error"] == "TimeoutError"
        assert report["checks"]["broker"]["status"] == "ok"
        over.set()


class TestSharedCache:
    def test_fails_when_redis_is_down(self, settings):
        """The cache itself would report a miss."""
        settings.CACHES = {"default": defaults.cache("redis://127.0.0.1:1/0", folder=Path(), prefix="kit")}

        with pytest.raises(RedisError):
            health.shared_cache()

    def test_fails_when_the_cache_stores_nothing(self, settings):
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

        with pytest.raises(LookupError):
            health.shared_cache()


class TestDocuments:
    def test_schema_is_openapi_3_with_our_tokens_and_errors(self, nobody):
        schema = nobody.get("/api/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()

        assert schema["openapi"].startswith("3.")
        assert schema["components"]["securitySchemes"]["bearer"] == {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
        }
        post = schema["paths"]["/anyone/"]["post"]
        assert set(post["responses"]) == {"200", "400", "413", "415", "429", "503"}
        assert "Problem" in schema["components"]["schemas"]

    def test_docs_page_needs_no_other_server(self, nobody):
        page = nobody.get("/api/docs/").content.decode()

        needed = {part.split('"')[0] for part in page.split('="')[1:] if part.startswith(("/static/", "http", "//"))}
        assert len(needed) == 4
        for address in needed:
            assert b"".join(nobody.get(address).streaming_content)

    @pytest.mark.security
    @pytest.mark.parametrize("path", ["../settings.py", "..%2fsettings.py", "/etc/passwd", "%00", "nothing.js", "."])
    def test_no_other_file_is_served(self, nobody, path):
        assert nobody.get(f"/static/{path}").status_code in {400, 404}

    @pytest.mark.regression
    def test_unknown_languages_are_not_kept_in_memory(self, nobody):
        """Django keeps a catalogue for every language that a request names."""
        nobody.get("/api/schema/?lang=tlh-made-up")

        assert "tlh-made-up" not in trans_real._translations
