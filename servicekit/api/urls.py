"""The routes that every service has, and the path converter `id`."""

from collections.abc import Sequence

from django.contrib.staticfiles.views import serve as serve_asset
from django.urls import URLPattern, path, register_converter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from servicekit.api import schema  # noqa: F401 - registers our tokens at drf-spectacular
from servicekit.api.health import DEFAULT_CHECKS, Check, HealthView
from servicekit.api.parsing import PositiveId

register_converter(PositiveId, "id")


def operational_urls(*, checks: Sequence[Check] = DEFAULT_CHECKS) -> list[URLPattern]:
    """Give `health/`, `api/schema/`, `api/docs/` and the files of the docs page, which needs no other server."""
    return [
        path("health/", HealthView.as_view(checks=checks), name="health"),
        path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
        path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
        # Only the few public files of our installed apps; a gateway may serve them instead.
        path("static/<path:path>", serve_asset, {"insecure": True}, name="assets"),
    ]
