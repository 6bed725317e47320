from servicekit.base.environment import Environment
from servicekit.process import defaults

env = Environment()
SERVICE = "minimal"
RUN_DIR = env.path("RUN_DIR")

HOST = "127.0.0.1"
PORT = env.port("MINIMAL_PORT", 8009)
WEB_WORKERS = 1
WEB_THREADS = 2
ROOT_URLCONF = "minimal.urls"
WSGI_APPLICATION = "minimal.wsgi.application"
STATIC_URL = "/static/"

SECRET_KEY = "for the kit's own tests, and long enough to be accepted by Django"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*defaults.installed_apps(), "servicekit.process", SERVICE]
MIDDLEWARE = defaults.middleware()
TEMPLATES = defaults.templates()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = defaults.logging("INFO")
REST_FRAMEWORK = defaults.rest_framework(SERVICE, EXCEPTION_HANDLER="minimal.urls.exception_handler")
SPECTACULAR_SETTINGS = defaults.spectacular("minimal", "Tells callers who they are.")

DATABASES = {"default": defaults.database(f"sqlite:///{RUN_DIR}/minimal.sqlite3")}
CACHES = {"default": defaults.cache("", folder=RUN_DIR / "cache", prefix="minimal")}

TOKEN_KEYS = "minimal.wiring.token_keys"
TOKEN_REVOCATIONS = "minimal.models.Revocation"
