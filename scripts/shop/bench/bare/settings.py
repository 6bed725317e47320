"""Those of order_service, without middleware."""

from order_service.settings.base import *  # noqa: F403 - a settings module is its names

ROOT_URLCONF = "scripts.shop.bench.bare.urls"
MIDDLEWARE = []
