"""
The kit's own Django project, for its tests.

Addresses come from the environment, so that the same project runs on SQLite in memory and, as real processes
(`python -m servicekit.tests.shelf worker`), on PostgreSQL and RabbitMQ.
"""

import os
from pathlib import Path

import dj_database_url

SECRET_KEY = "made up for the kit's tests, long enough to be taken"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

RUN_DIR = Path(os.environ.get("RUN_DIR", ".run"))
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", "sqlite://:memory:"))}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
BROKER_URL = os.environ.get("BROKER_URL", "memory://")

INSTALLED_APPS = ["servicekit.tests.shelf"]

OUTBOX_MODEL = "shelf.OutboxMessage"
INBOX_MODEL = "shelf.InboxMessage"
