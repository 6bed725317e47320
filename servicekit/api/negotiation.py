"""Which form of an answer a caller accepts. We have one, JSON, and hardly anybody asks for another."""

from collections.abc import Iterable
from typing import Final

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

USUAL: Final = frozenset({"*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"})


class JSONFirst(DefaultContentNegotiation):
    """Understands the usual words of callers at once, and thinks about all others as the framework does."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *others = renderers
        if first.media_type == "application/json" and request.META.get("HTTP_ACCEPT", "*/*") in USUAL:
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, [first, *others], format_suffix)
        return chosen
