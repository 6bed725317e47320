"""GET /health/: whether this service is ready, per dependency. Why our own: docs/decisions/health.md."""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.core.cache import cache
from django.db import connection, connections
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

logger = logging.getLogger(__name__)
WITHIN: Final = 2.0
"""Seconds for all checks together, which run side by side."""


@dataclass(frozen=True)
class Check:
    """A dependency of this service; `probe` raises an exception of any class when it does not work."""

    name: str
    probe: Callable[[], object]
    required: bool = True
    """Without a required dependency the answer is 503. The failure of another one is shown, and the answer is 200."""


def database() -> None:
    """Make a round trip to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def shared_cache() -> None:
    """Write to the cache and read it back; or ping Redis, because our Redis cache hides its failures."""
    if ping := getattr(cache, "ping", None):
        ping()
        return
    key = f"health:{uuid.uuid4().hex}"
    cache.set(key, True, timeout=5)
    if not cache.get(key):
        raise LookupError("the cache does not store values")


DEFAULT_CHECKS: Final = (Check("database", database), Check("cache", shared_cache, required=False))

# A probe that hangs keeps its thread until its own timeout; the response does not wait for it.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")


def examine(checks: Sequence[Check], *, within: float = WITHIN) -> dict[str, Any]:
    """Run the checks and give the body of the health page."""
    deadline = time.monotonic() + within
    running = [(check, _threads.submit(_timed, check.probe)) for check in checks]
    results = {check.name: _result(check, future, deadline) for check, future in running}
    well = all(results[check.name]["status"] == "ok" for check in checks if check.required)
    return {"status": "ok" if well else "failing", "checks": results}


def _timed(probe: Callable[[], object]) -> float:
    started = time.perf_counter()
    try:
        probe()
    finally:
        connections.close_all()  # this thread's; the next check must prove that a new one can be opened
    return round(time.perf_counter() - started, 4)


def _result(check: Check, future: "Future[float]", deadline: float) -> dict[str, Any]:
    started = time.monotonic()
    try:
        return {"status": "ok", "seconds": future.result(timeout=max(0.0, deadline - started))}
    except Exception as error:  # of any class, see Check
        logger.warning("health check %s failed", check.name, exc_info=error)
        # The page is public, so it shows only the class of the error: messages contain addresses and accounts.
        return {"status": "failing", "seconds": round(time.monotonic() - started, 4), "error": type(error).__name__}


class CheckReport(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["ok", "failing"])
    seconds = serializers.FloatField()
    error = serializers.CharField(required=False)


class HealthReport(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["ok", "failing"])
    checks = serializers.DictField(child=CheckReport())


class HealthView(APIView):
    """200 when the service can do its work, 503 when it cannot; what it depends on, each with its time in seconds."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    checks: ClassVar[Sequence[Check]] = DEFAULT_CHECKS

    @extend_schema(operation_id="health", responses={200: HealthReport, 503: HealthReport})
    def get(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        report = examine(self.checks)
        return Response(report, status=200 if report["status"] == "ok" else 503, headers={"Cache-Control": "no-store"})
