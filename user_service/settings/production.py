"""For production: secrets and addresses must be set, and the start names each that is not."""

from servicekit.base.environment import production_secret
from user_service.settings.base import *  # noqa: F403 - a settings module is its names

# `base` has read the last six. They are required here because its defaults are for trials: secrets that everybody
# knows, and files on one machine.
_own = production_secret(
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "SERVICE_CLIENTS",
    "JWT_PRIVATE_KEY_FILE",
    "DATABASE_URL",
    "BROKER_URL",
    "EMAIL_HOST",
    "SHOP_URL",
)
SECRET_KEY = _own["SECRET_KEY"]

# All machines must have the same key, so none makes one.
JWT_KEY_IS_MADE_WHEN_MISSING = False
DEMO_SECRETS_ALLOWED = False
ALLOWED_HOSTS = _own["ALLOWED_HOSTS"].split(",")

# TLS ends at the gateway, which redirects to HTTPS and sends Strict-Transport-Security.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
# Callers send a bearer token; there are no cookies, so no CSRF.
SILENCED_SYSTEM_CHECKS += ["security.W002", "security.W003"]
