"""Embedded defaults. The environment is read here, once and typed, and nowhere else."""

from datetime import timedelta
from pathlib import Path

from servicekit.base.environment import Environment
from servicekit.process import defaults

env = Environment()
SERVICE = "user_service"
RUN_DIR = env.path("RUN_DIR", Path(__file__).parents[2] / ".run")

# Web
HOST = env.str("HOST", "127.0.0.1")
PORT = env.port("USER_SERVICE_PORT", 8000)
WEB_WORKERS = env.int("WEB_WORKERS", 1)
WEB_THREADS = env.int("WEB_THREADS", 8)
NUM_PROXIES = env.int("NUM_PROXIES", 0)
THROTTLE_DEFAULT: str | None = env.rate("THROTTLE_DEFAULT", "3000/min")
THROTTLE_LOGIN: str | None = env.rate("THROTTLE_LOGIN", "30/min")
THROTTLE_REGISTER: str | None = env.rate("THROTTLE_REGISTER", "30/min")
THROTTLE_MAIL: str | None = env.rate("THROTTLE_MAIL", "30/min")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "user_service.api.urls"
WSGI_APPLICATION = "user_service.wsgi.application"
STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

# Django
SECRET_KEY = env.str("SECRET_KEY", "demo-only-user-service-secret-key-of-at-least-fifty-characters")
INSTALLED_APPS = [
    *defaults.installed_apps(),
    "servicekit.process",
    "servicekit.messages",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    SERVICE,
]
MIDDLEWARE = defaults.middleware()
TEMPLATES = defaults.templates()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING = defaults.logging(env.str("LOG_LEVEL", "INFO"))
REST_FRAMEWORK = defaults.rest_framework(
    SERVICE,
    DEFAULT_AUTHENTICATION_CLASSES=["user_service.api.authentication.AccountAuthentication"],
    NUM_PROXIES=NUM_PROXIES,
)
SPECTACULAR_SETTINGS = defaults.spectacular(
    "user_service",
    "Accounts and tokens. After every change of an account, order_service and notification_service get "
    '`POST /api/user-updated/ {"user_id": 7, "changes": ["email"]}` (`["deleted"]` after its deletion), with a service '
    "token that has the scope `users:notify`.",
)

# Passwords: docs/decisions/password-hashing.md
PASSWORD_HASHERS = ["user_service.hashers.SodiumArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# State
DATABASES = {"default": defaults.database(env.str("DATABASE_URL", f"sqlite:///{RUN_DIR}/{SERVICE}.sqlite3"))}
CACHES = {"default": defaults.cache(env.str("CACHE_URL", ""), folder=RUN_DIR / "cache" / SERVICE, prefix=SERVICE)}

# Messages
BROKER_URL = env.str("BROKER_URL", "filesystem://")
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", 4)
OUTBOX_MODEL = "user_service.OutboxMessage"

# Tokens
TOKEN_KEYS = "user_service.wiring.token_keys"  # noqa: S105 - a path
TOKEN_REVOCATIONS = "user_service.models.Revocation"  # noqa: S105 - a path
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=7)
SESSION_LIFETIME = timedelta(days=env.int("SESSION_DAYS", 30))
SERVICE_TOKEN_LIFETIME = timedelta(minutes=5)
JWT_PRIVATE_KEY_FILE: Path | None = env.path("JWT_PRIVATE_KEY_FILE", RUN_DIR / "keys" / "jwt.pem")
JWT_RETIRED_KEY_FILES = env.list("JWT_RETIRED_KEY_FILES", [], subcast=Path)
JWT_KEY_IS_MADE_WHEN_MISSING = True

# Services that may get a token, and the scopes of each
SERVICE_CLIENTS: dict[str, str] = env.dict(
    "SERVICE_CLIENTS",
    {
        "order_service": "demo-only-order-service-client-secret",
        "notification_service": "demo-only-notification-service-client-secret",
        "user_service": "demo-only-user-service-client-secret",
    },
)
SERVICE_SCOPES = {
    "order_service": ["users:read"],
    "notification_service": ["users:read"],
    "user_service": ["users:notify"],
}

# Mail: files when there is no mail server
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.port("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 5.0)  # seconds, for each answer of the mail server
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = RUN_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "shop@shop.example")
SHOP_URL = env.service_url("SHOP_URL", f"http://127.0.0.1:{PORT}")
ACCOUNT_MAILS_PER_HOUR: int | None = env.int("ACCOUNT_MAILS_PER_HOUR", 5)

# Services that must drop their copies of a changed user
ORDER_SERVICE_URL = env.service_url("ORDER_SERVICE_URL", f"http://127.0.0.1:{env.port('ORDER_SERVICE_PORT', 8001)}")
NOTIFICATION_SERVICE_URL = env.service_url(
    "NOTIFICATION_SERVICE_URL", f"http://127.0.0.1:{env.port('NOTIFICATION_SERVICE_PORT', 8002)}"
)

# The staff account of `seed_staff`
DEMO_STAFF_USERNAME = env.str("DEMO_STAFF_USERNAME", "staff")
DEMO_STAFF_PASSWORD = env.str("DEMO_STAFF_PASSWORD", "demo-only-staff-Password-1")
DEMO_SECRETS_ALLOWED = True
