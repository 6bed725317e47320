"""A cache in memory that, like Redis in production, holds JSON only."""

import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class JSONCache(LocMemCache):
    """:raises TypeError: a value cannot be written as JSON."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        text = super().get(key, None, version)
        return default if text is None else json.loads(text)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        super().set(key, json.dumps(value), timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return super().add(key, json.dumps(value), timeout, version)
