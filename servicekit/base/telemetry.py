"""Request ids, and log lines as JSON. Why so: docs/decisions/telemetry.md."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars, clear_contextvars, get_contextvars, merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper, add_log_level, format_exc_info
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_logger_name
from structlog.typing import EventDict

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
MASK: Final = "[hidden]"
SECRET_NAMES: Final = re.compile(r"passw|secret|token$|authorization|cookie|card_?number|cvv|cvc|body$", re.IGNORECASE)
SECRET_TEXT: Final = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # a JSON Web Token
    r"|(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?![\w.-])"  # the number of a payment card
)

logger = logging.getLogger("servicekit.requests")


def current_request_id() -> str | None:
    """Give the id of the request or message that is being handled, if any."""
    return get_contextvars().get("request_id")


def bound_request_id(request_id: str | None) -> AbstractContextManager[None]:
    """Use this request id while the block lasts; a new one when it is missing or malformed."""
    return bound_contextvars(request_id=well_formed(request_id))


def well_formed(request_id: str | None) -> str:
    """Give the id itself when it is 1 to 128 of A-Z a-z 0-9 . _ -, else a new one."""
    if isinstance(request_id, str) and WELL_FORMED.fullmatch(request_id):
        return request_id
    return uuid.uuid4().hex


class RequestMiddleware:
    """
    Takes X-Request-ID or makes an id, sends it back, and logs one line per request.

    It must be first in MIDDLEWARE, so that it also handles the answers of other middleware and of error pages.
    The line has the path without its query, and nothing of bodies or headers, because they may contain secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = well_formed(request.META.get("HTTP_X_REQUEST_ID"))
        clear_contextvars()
        with bound_request_id(request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            line = {
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "seconds": round(time.perf_counter() - started, 4),
                "caller": getattr(getattr(request, "user", None), "name", None),
            }
            logger.info("request", extra=line)
        return response


def json_formatter() -> logging.Formatter:
    """Give the formatter of `defaults.logging`: one JSON object per line, with the request id and without secrets."""
    stamp = TimeStamper(fmt="iso", utc=True)
    return ProcessorFormatter(
        foreign_pre_chain=[merge_contextvars, add_log_level, add_logger_name, stamp, ExtraAdder()],
        processors=[ProcessorFormatter.remove_processors_meta, format_exc_info, hide_secret_values, render_line],
    )


def hide_secret_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask values whose names are those of secrets, at any depth."""
    return {name: _masked(name, value) for name, value in event.items()}


def render_line(logger: Any, method: str, event: EventDict) -> str:
    """Make the line, and mask what looks like a token or a payment card anywhere in it."""
    return SECRET_TEXT.sub(MASK, str(_to_json(logger, method, event)))


_to_json: Final = JSONRenderer(default=str)


def _masked(name: object, value: Any) -> Any:
    if SECRET_NAMES.search(str(name)):
        return MASK
    if isinstance(value, dict):
        return {key: _masked(key, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", each) for each in value]
    return value
