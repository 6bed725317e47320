"""For production: every secret and address is the operator's own, and the start says which are not."""

from servicekit.base.environment import production_secret
from user_service.settings.base import *  # noqa: F403 - a settings module is its names

# The last four were read by `base`. What it takes in their place is for trying out: it is known to all, or stays on one
# machine.
_own = production_secret("SECRET_KEY", "SERVICE_CLIENTS", "JWT_PRIVATE_KEY_FILE", "DATABASE_URL", "BROKER_URL")
SECRET_KEY = _own["SECRET_KEY"]

# Several machines share one key, so none of them makes its own.
JWT_KEY_IS_MADE_WHEN_MISSING = False
DEMO_SECRETS_ALLOWED = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"])  # noqa: F405 - read once, by the same reader

# TLS ends at the gateway, which redirects to it and says how long to stay with it.
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
# Callers show a bearer token, and no cookie that another page could make use of.
SILENCED_SYSTEM_CHECKS += ["security.W002", "security.W003"]
