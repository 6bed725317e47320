"""For production: every secret and address is the operator's own, and the start says which are not."""

from order_service.settings.base import *  # noqa: F403 - a settings module is its names
from servicekit.base.environment import production_secret

# The last three were read by `base`. What it takes in their place is for trying out: it stays on one machine, and no
# card is charged.
_own = production_secret("SECRET_KEY", "SERVICE_CLIENT_SECRET", "DATABASE_URL", "BROKER_URL", "PAYMENT_GATEWAY_URL")
SECRET_KEY = _own["SECRET_KEY"]
SERVICE_CLIENT_SECRET = _own["SERVICE_CLIENT_SECRET"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])  # noqa: F405 - read once, by the same reader

# TLS ends at the gateway, which redirects to it and says how long to stay with it.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
# Callers show a bearer token, and no cookie that another page could make use of.
SILENCED_SYSTEM_CHECKS += ["security.W002", "security.W003"]
