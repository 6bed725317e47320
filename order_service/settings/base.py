"""Embedded defaults. The environment is read here, once and typed, and nowhere else."""

from pathlib import Path

from servicekit.base.environment import Environment
from servicekit.process import defaults

env = Environment()
SERVICE = "order_service"
RUN_DIR = env.path("RUN_DIR", Path(__file__).parents[2] / ".run")

# Web
HOST = env.str("HOST", "127.0.0.1")
PORT = env.port("ORDER_SERVICE_PORT", 8001)
WEB_WORKERS = env.int("WEB_WORKERS", 1)
WEB_THREADS = env.int("WEB_THREADS", 8)
NUM_PROXIES = env.int("NUM_PROXIES", 0)
THROTTLE_DEFAULT: str | None = env.rate("THROTTLE_DEFAULT", "3000/min")
THROTTLE_ORDERS: str | None = env.rate("THROTTLE_ORDERS", "120/min")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "order_service.api.urls"
WSGI_APPLICATION = "order_service.wsgi.application"
STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

# Django
SECRET_KEY = env.str("SECRET_KEY", "demo-only-order-service-secret-key-of-more-than-fifty-characters")
INSTALLED_APPS = [*defaults.installed_apps(), "servicekit.process", "servicekit.messages", SERVICE]
MIDDLEWARE = defaults.middleware()
TEMPLATES = defaults.templates()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LOGGING = defaults.logging(env.str("LOG_LEVEL", "INFO"))
REST_FRAMEWORK = defaults.rest_framework(SERVICE, NUM_PROXIES=NUM_PROXIES)
SPECTACULAR_SETTINGS = defaults.spectacular("order_service", "Catalogue with stock, orders, payments.") | {
    "ENUM_NAME_OVERRIDES": {
        "OrderStatus": ["pending", "confirmed", "shipped", "cancelled"],
        "PaymentStatus": ["processing", "failed", "completed", "declined", "refunding", "refunded"],
        "PaymentMethod": ["credit_card"],
        "HealthStatus": ["ok", "failing"],
    }
}

# State
DATABASES = {"default": defaults.database(env.str("DATABASE_URL", f"sqlite:///{RUN_DIR}/{SERVICE}.sqlite3"))}
CACHES = {"default": defaults.cache(env.str("CACHE_URL", ""), folder=RUN_DIR / "cache" / SERVICE, prefix=SERVICE)}

# Messages
BROKER_URL = env.str("BROKER_URL", "filesystem://")
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", 4)
OUTBOX_MODEL = "order_service.OutboxMessage"
INBOX_MODEL = "order_service.InboxMessage"

# Tokens and neighbours
TOKEN_KEYS = "order_service.wiring.token_keys"  # noqa: S105 - a path
TOKEN_REVOCATIONS = "order_service.models.Revocation"  # noqa: S105 - a path
SERVICE_CLIENT_SECRET = env.str("SERVICE_CLIENT_SECRET", "demo-only-order-service-client-secret")
USER_SERVICE_URL = env.service_url("USER_SERVICE_URL", f"http://127.0.0.1:{env.port('USER_SERVICE_PORT', 8000)}")
USERS_KEPT_SECONDS = 60
PAYMENT_GATEWAY_URL = env.str("PAYMENT_GATEWAY_URL", "sandbox")  # this word, or a URL

# Orders
UNPAID_ORDER_MINUTES = env.int("UNPAID_ORDER_MINUTES", 30)
PAYMENT_CLAIM_SECONDS = env.int("PAYMENT_CLAIM_SECONDS", 120)  # much longer than the gateway's timeout
PAYMENT_RECHECK_HOURS = env.int("PAYMENT_RECHECK_HOURS", 25)  # how late the gateway may make a charge
STUCK_MONEY_MINUTES = env.int("STUCK_MONEY_MINUTES", 60)  # older money without an outcome is an operator's concern
# What one customer may hold without having paid; 0 is no limit
MAX_PENDING_ORDERS = env.int("MAX_PENDING_ORDERS", 5)
MAX_UNPAID_PIECES = env.int("MAX_UNPAID_PIECES", 100)
