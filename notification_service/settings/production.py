"""For production: secrets and addresses must be set, and the start names each that is not."""

from notification_service.settings.base import *  # noqa: F403 - a settings module is its names
from servicekit.base.environment import production_secret

# `base` has read the last three. They are required here because its defaults (files on one machine) are for trials.
_own = production_secret(
    "SECRET_KEY", "ALLOWED_HOSTS", "SERVICE_CLIENT_SECRET", "DATABASE_URL", "BROKER_URL", "EMAIL_HOST"
)
SECRET_KEY = _own["SECRET_KEY"]
SERVICE_CLIENT_SECRET = _own["SERVICE_CLIENT_SECRET"]
ALLOWED_HOSTS = _own["ALLOWED_HOSTS"].split(",")

# TLS ends at the gateway, which redirects to HTTPS and sends Strict-Transport-Security.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
# Callers send a bearer token; there are no cookies, so no CSRF.
SILENCED_SYSTEM_CHECKS += ["security.W002", "security.W003"]
