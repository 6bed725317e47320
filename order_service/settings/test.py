"""For tests: everything in memory, and no rate limit unless a test sets one."""

from order_service.settings.base import *  # noqa: F403 - a settings module is its names

# For `APIClient().force_authenticate(user=User(...))`: the service has no accounts, and no sessions to log out of.
INSTALLED_APPS += ["django.contrib.contenttypes", "django.contrib.auth"]  # noqa: F405 - the list of `base`
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "servicekit.testing.cache.JSONCache"}}
BROKER_URL = "memory://"
THROTTLE_DEFAULT = THROTTLE_ORDERS = None
MAX_PENDING_ORDERS = MAX_UNPAID_PIECES = 0
USER_SERVICE_URL = "http://users.test"
PAYMENT_GATEWAY_URL = "http://gateway.test"
