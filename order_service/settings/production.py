"""For production: secrets and addresses must be set, and the start names each that is not."""

from django.core.exceptions import ImproperlyConfigured

from order_service.settings.base import *  # noqa: F403 - a settings module is its names
from servicekit.base.environment import production_secret

# `base` has read the last three. They are required here because its defaults are for trials: files on one machine, and
# a gateway that charges no card.
_own = production_secret(
    "SECRET_KEY", "ALLOWED_HOSTS", "SERVICE_CLIENT_SECRET", "DATABASE_URL", "BROKER_URL", "PAYMENT_GATEWAY_URL"
)
SECRET_KEY = _own["SECRET_KEY"]
SERVICE_CLIENT_SECRET = _own["SERVICE_CLIENT_SECRET"]
if not (_own["PAYMENT_GATEWAY_URL"] == "sandbox" or _own["PAYMENT_GATEWAY_URL"].startswith("https://")):
    # Card numbers are sent there.
    raise ImproperlyConfigured("PAYMENT_GATEWAY_URL must be an https address, or the word sandbox")
ALLOWED_HOSTS = _own["ALLOWED_HOSTS"].split(",")

# TLS ends at the gateway, which redirects to HTTPS and sends Strict-Transport-Security.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
# Callers send a bearer token; there are no cookies, so no CSRF.
SILENCED_SYSTEM_CHECKS += ["security.W002", "security.W003"]
