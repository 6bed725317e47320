"""For production: every secret is the operator's own, and the start says which are not."""

from order_service.settings.base import *  # noqa: F403 - a settings module is its names
from servicekit.environment import production_secret

globals().update(production_secret("SECRET_KEY", "SERVICE_CLIENT_SECRET"))
