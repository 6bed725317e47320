"""
The kit's own Django project, for its tests.

Addresses come from the environment, so that the same project runs on SQLite in memory and, as real processes
(`python -m servicekit.tests.shelf worker`), on PostgreSQL and RabbitMQ.
"""

import os
from pathlib import Path

from servicekit.process import defaults

SECRET_KEY = "made up for the kit's tests, long enough to be taken"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

RUN_DIR = Path(os.environ.get("RUN_DIR", ".run"))
DATABASES = {"default": defaults.database(os.environ.get("DATABASE_URL", "sqlite://:memory:"))}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
BROKER_URL = os.environ.get("BROKER_URL", "memory://")
WORKER_CONCURRENCY = int(os.environ.get("WORKER_CONCURRENCY", "4"))

SERVICE = "servicekit.tests.shelf"
INSTALLED_APPS = [
    *defaults.installed_apps(),
    "servicekit.process",
    "servicekit.messages",
    "servicekit.tests.shelf",
    "servicekit.tests.counter",
]

OUTBOX_MODEL = "shelf.OutboxMessage"
INBOX_MODEL = "shelf.InboxMessage"

HOST = "127.0.0.1"
PORT = int(os.environ.get("SHELF_PORT", "8009"))
WEB_WORKERS = 1
WEB_THREADS = 2
REQUEST_READ_SECONDS = float(os.environ.get("REQUEST_READ_SECONDS", "10"))
WSGI_APPLICATION = "servicekit.tests.counter.wsgi.application"
ROOT_URLCONF = "servicekit.tests.counter.urls"
MIDDLEWARE = defaults.middleware()
TEMPLATES = defaults.templates()
STATIC_URL = "/static/"
REST_FRAMEWORK = defaults.rest_framework(
    "servicekit", EXCEPTION_HANDLER="servicekit.tests.counter.problems.exception_handler"
)
SPECTACULAR_SETTINGS = defaults.spectacular("Counter", "What the kit's own tests call.")
LOGGING = defaults.logging("INFO")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
TOKEN_KEYS = "servicekit.tests.counter.wiring.token_keys"
TOKEN_REVOCATIONS = "servicekit.tests.counter.models.Revocation"
