"""For tests: everything in memory, and no rate limit unless a test sets one."""

from notification_service.settings.base import *  # noqa: F403 - a settings module is its names

# For `APIClient().force_authenticate(user=User(...))`: the service has no accounts, and no sessions to log out of.
INSTALLED_APPS += ["django.contrib.contenttypes", "django.contrib.auth"]  # noqa: F405 - the list of `base`
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "servicekit.testing.cache.JSONCache"}}
BROKER_URL = "memory://"
THROTTLE_DEFAULT = None
MAILS_PER_HOUR = None
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
USER_SERVICE_URL = "http://users.test"
