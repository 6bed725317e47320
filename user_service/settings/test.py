"""For tests: everything in memory, fast password hashes, and no rate limit unless a test sets one."""

from user_service.settings.base import *  # noqa: F403 - a settings module is its names

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # for `APIClient().force_authenticate(user=None)`
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "servicekit.testing.cache.JSONCache"}}
BROKER_URL = "memory://"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", "user_service.hashers.SodiumArgon2Hasher"]
THROTTLE_DEFAULT = None
THROTTLE_LOGIN = None
THROTTLE_REGISTER = None
THROTTLE_MAIL = None
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SHOP_URL = "http://shop.test"
JWT_PRIVATE_KEY_FILE = None
ORDER_SERVICE_URL = "http://orders.test"
NOTIFICATION_SERVICE_URL = "http://notifications.test"
