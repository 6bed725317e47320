"""Embedded defaults. The environment is read here, once and typed, and nowhere else."""

from pathlib import Path

from servicekit.base.environment import Environment
from servicekit.process import defaults

env = Environment()
SERVICE = "notification_service"
RUN_DIR = env.path("RUN_DIR", Path(__file__).parents[2] / ".run")

# Web
HOST = env.str("HOST", "127.0.0.1")
PORT = env.port("NOTIFICATION_SERVICE_PORT", 8002)
WEB_WORKERS = env.int("WEB_WORKERS", 1)
WEB_THREADS = env.int("WEB_THREADS", 8)
NUM_PROXIES = env.int("NUM_PROXIES", 0)
THROTTLE_DEFAULT: str | None = env.rate("THROTTLE_DEFAULT", "3000/min")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "notification_service.api.urls"
WSGI_APPLICATION = "notification_service.wsgi.application"
STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

# Django
SECRET_KEY = env.str("SECRET_KEY", "demo-only-notification-service-secret-key-of-fifty-characters")
INSTALLED_APPS = [*defaults.installed_apps(), "servicekit.process", "servicekit.messages", SERVICE]
MIDDLEWARE = defaults.middleware()
TEMPLATES = defaults.templates()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING = defaults.logging(env.str("LOG_LEVEL", "INFO"))
REST_FRAMEWORK = defaults.rest_framework(
    SERVICE,
    NUM_PROXIES=NUM_PROXIES,
)
SPECTACULAR_SETTINGS = defaults.spectacular("notification_service", "Notifications and mails for users.")

# State
DATABASES = {"default": defaults.database(env.str("DATABASE_URL", f"sqlite:///{RUN_DIR}/{SERVICE}.sqlite3"))}
CACHES = {"default": defaults.cache(env.str("CACHE_URL", ""), folder=RUN_DIR / "cache" / SERVICE, prefix=SERVICE)}

# Messages
BROKER_URL = env.str("BROKER_URL", "filesystem://")
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", 4)
OUTBOX_MODEL = "notification_service.OutboxMessage"
INBOX_MODEL = "notification_service.InboxMessage"

# Tokens and neighbours
TOKEN_KEYS = "notification_service.wiring.token_keys"  # noqa: S105 - a path
TOKEN_REVOCATIONS = "notification_service.models.Revocation"  # noqa: S105 - a path
SERVICE_CLIENT_SECRET = env.str("SERVICE_CLIENT_SECRET", "demo-only-notification-service-client-secret")
USER_SERVICE_URL = env.service_url("USER_SERVICE_URL", f"http://127.0.0.1:{env.port('USER_SERVICE_PORT', 8000)}")

# Mail: files when there is no mail server
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.port("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 5.0)  # seconds, for each answer of the mail server
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = RUN_DIR / "mail"
MAILS_PER_HOUR: int | None = env.int("MAILS_PER_HOUR", 30)  # to one user
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "shop@shop.example")
