"""Parts of a settings module. A service switches each on by one line in its `settings/base.py`."""

from pathlib import Path
from typing import Any

import dj_database_url

from servicekit.base.ids import LARGEST_ID


def database(url: str) -> dict[str, Any]:
    """
    Give an entry of DATABASES.

    SQLite: readers do not wait for the writer (WAL), and a transaction takes the write lock when it begins, so that a
    second one waits for it (20 s) instead of failing in the middle. PostgreSQL: connections are kept and checked, and
    connecting and statements have time limits; options in the URL's query override these.
    """
    entry: dict[str, Any] = dict(dj_database_url.parse(url))
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        options = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        entry |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
        options = {
            "connect_timeout": 3,
            "options": "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
        }
    entry["OPTIONS"] = options | entry.get("OPTIONS", {})
    return entry


def cache(url: str, *, folder: Path, prefix: str) -> dict[str, Any]:
    """
    Give an entry of CACHES: files in `folder` when `url` is empty, else the Redis at `url`.

    :param prefix: of the service's keys in Redis, which its account may use and no others.
    """
    if not url:
        return {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(folder)}
    return {
        "BACKEND": "servicekit.storage.cache.FaultTolerantRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": prefix,
        "OPTIONS": {
            "serializer": "servicekit.storage.cache.JSONSerializer",
            "socket_connect_timeout": 0.25,
            "socket_timeout": 0.25,
        },
    }


def rest_framework(service: str, **overrides: Any) -> dict[str, Any]:
    """Give REST_FRAMEWORK: JSON only, bearer tokens, a token required unless a view says otherwise, 20 per page."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["servicekit.auth.authentication.BearerAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_THROTTLE_CLASSES": ["servicekit.api.throttling.DefaultThrottle"],
        "UNAUTHENTICATED_USER": "servicekit.auth.callers.AnonymousCaller",
        "DEFAULT_PARSER_CLASSES": ["servicekit.api.parsing.JSONObjectParser"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "URL_FORMAT_OVERRIDE": None,
        "DEFAULT_PAGINATION_CLASS": "servicekit.api.pagination.Pages",
        "PAGE_SIZE": 20,
        "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        # Otherwise OPTIONS would show the names and docstrings of our classes.
        "DEFAULT_METADATA_CLASS": None,
        "EXCEPTION_HANDLER": f"{service}.api.problems.exception_handler",
        "TEST_REQUEST_DEFAULT_FORMAT": "json",
    } | overrides


def spectacular(title: str, description: str) -> dict[str, Any]:
    """Give SPECTACULAR_SETTINGS: OpenAPI 3, and a docs page that needs no other server."""
    return {
        "TITLE": title,
        "DESCRIPTION": description,
        "VERSION": "1.0.0",
        "SERVE_INCLUDE_SCHEMA": False,
        "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
        "COMPONENT_SPLIT_REQUEST": True,
        "PATH_CONVERTER_OVERRIDES": {
            "id": {"type": "integer", "format": "int64", "minimum": 1, "maximum": LARGEST_ID},
        },
        "SWAGGER_UI_DIST": "SIDECAR",
        "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    }


def middleware() -> list[str]:
    """Give MIDDLEWARE. Bearer tokens need neither sessions nor CSRF protection."""
    return [
        "servicekit.base.telemetry.RequestMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]


def installed_apps() -> list[str]:
    """Give the INSTALLED_APPS that every service needs."""
    return [
        "django.contrib.staticfiles",
        "rest_framework",
        "django_filters",
        "drf_spectacular",
        "drf_spectacular_sidecar",
    ]


def templates() -> list[dict[str, Any]]:
    """Give TEMPLATES, for the docs page."""
    return [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]


def logging(level: str) -> dict[str, Any]:
    """Give LOGGING: JSON lines on standard output, from our code, Django, Celery and gunicorn."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "servicekit.base.telemetry.json_formatter"}},
        "handlers": {
            "stdout": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"},
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Our request line says more than Django's.
            "django.request": {"level": "CRITICAL"},
            "django": {"handlers": [], "propagate": True},
        },
    }
