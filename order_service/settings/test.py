"""For tests: everything in memory, no limit on callers unless a test sets one."""

from order_service.settings.base import *  # noqa: F403 - a settings module is its names

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
BROKER_URL = "memory://"
THROTTLE_ORDERS = None
USER_SERVICE_URL = "http://users.test"
PAYMENT_GATEWAY_URL = "http://gateway.test"
