from pathlib import Path

import pytest
from django.conf import settings

from servicekit.process import defaults


class TestDatabase:
    def test_sqlite_takes_its_write_lock_first_and_waits_for_it(self):
        entry = defaults.database("sqlite:////srv/shop.sqlite3")

        assert entry["NAME"] == "/srv/shop.sqlite3"
        assert entry["OPTIONS"] == {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }

    def test_postgresql_connections_are_kept_and_have_time_limits(self):
        entry = defaults.database("postgresql://shop:secret@db:5433/orders")

        assert (entry["HOST"], entry["PORT"], entry["NAME"]) == ("db", 5433, "orders")
        assert (entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"]) == (600, True)
        assert entry["OPTIONS"]["connect_timeout"] == 3
        assert "statement_timeout=15s" in entry["OPTIONS"]["options"]

    def test_options_in_the_url_override_ours(self):
        entry = defaults.database("postgresql://db/orders?connect_timeout=9")

        assert int(entry["OPTIONS"]["connect_timeout"]) == 9


class TestCache:
    @pytest.mark.parametrize(
        ("url", "backend"),
        [
            ("", "django.core.cache.backends.filebased.FileBasedCache"),
            ("redis://cache:6379/1", "servicekit.storage.cache.FaultTolerantRedisCache"),
        ],
    )
    def test_is_chosen_by_the_url(self, url, backend):
        assert defaults.cache(url, folder=Path("/srv/cache"), prefix="kit")["BACKEND"] == backend

    def test_files_are_in_the_folder(self):
        assert defaults.cache("", folder=Path("/srv/cache"), prefix="kit")["LOCATION"] == "/srv/cache"

    def test_redis_has_a_short_timeout(self):
        assert defaults.cache("redis://cache", folder=Path(), prefix="kit")["OPTIONS"]["socket_timeout"] < 1


class TestSpectacular:
    def test_an_id_in_a_path_is_a_number(self):
        ids = defaults.spectacular("shop", "A shop.")["PATH_CONVERTER_OVERRIDES"]["id"]

        assert ids == {"type": "integer", "format": "int64", "minimum": 1, "maximum": 2**63 - 1}


class TestRestFramework:
    def test_names_the_problem_table_of_the_service(self):
        assert defaults.rest_framework("order_service")["EXCEPTION_HANDLER"] == (
            "order_service.api.problems.exception_handler"
        )

    def test_can_be_overridden_by_a_service(self):
        assert defaults.rest_framework("order_service", PAGE_SIZE=5)["PAGE_SIZE"] == 5


def test_middleware_has_only_what_bearer_tokens_need():
    """Each middleware costs time in every request. Sessions and CSRF protection are not needed."""
    assert settings.MIDDLEWARE == [
        "servicekit.base.telemetry.RequestMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]
