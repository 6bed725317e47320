"""Request ids and log lines: what happened, to which request. Why so: docs/decisions/telemetry.md."""

import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, Final

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, Processor

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
MASK: Final = "[hidden]"
SECRET_NAMES: Final = re.compile(r"passw|secret|token$|authorization|cookie|card_?number|cvv|cvc|body$", re.IGNORECASE)
SECRET_TEXT: Final = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # a JSON Web Token
    r"|(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?![\w.-])"  # a payment card's number
)

logger = structlog.get_logger("servicekit.requests")


def current_request_id() -> str | None:
    """Give the id of the request or message that is being worked on, if any."""
    return structlog.contextvars.get_contextvars().get("request_id")


def bound_request_id(request_id: str | None) -> AbstractContextManager[None]:
    """Work under this id; under a new one when there is none, or when it is malformed."""
    return structlog.contextvars.bound_contextvars(request_id=well_formed(request_id))


def well_formed(request_id: str | None) -> str:
    """Give the id itself when it is 1 to 128 of A-Z a-z 0-9 . _ -, else a new one."""
    if isinstance(request_id, str) and WELL_FORMED.fullmatch(request_id):
        return request_id
    return uuid.uuid4().hex


class RequestMiddleware:
    """
    Takes or makes the request's id, answers it as X-Request-ID, and writes one line when the answer stands.

    First in the list, so that every answer passes, also those of the other middleware and of the error pages.
    The line has the path without its query, and nothing of bodies or headers: they may hold secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = well_formed(request.META.get("HTTP_X_REQUEST_ID"))
        structlog.contextvars.clear_contextvars()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            logger.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                seconds=round(time.perf_counter() - started, 4),
                caller=getattr(getattr(request, "user", None), "name", None),
            )
        return response


def hide_secret_values(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask what is named like a secret, at any depth."""
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: object, value: Any) -> Any:
    if SECRET_NAMES.search(str(name)):
        return MASK
    if isinstance(value, dict):
        return {key: _masked(key, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", each) for each in value]
    return value


def render_line(logger: Any, method: str, event: EventDict) -> str:
    """Make the line, and mask what looks like a token or a payment card in it, wherever it came from."""
    return SECRET_TEXT.sub(MASK, str(_to_json(logger, method, event)))


_to_json: Final = structlog.processors.JSONRenderer(default=str)


class StandardOutput:
    """Whatever standard output is at the moment, so that nobody holds on to a closed one."""

    def __init__(self, name: str = "root") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        # A log that cannot be written must not become a request that fails.
        with suppress(OSError, ValueError):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    debug = info = warning = error = critical = msg


BEGINNING: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
END: Final[list[Processor]] = [structlog.processors.format_exc_info, hide_secret_values, render_line]
WHOLE: Final[list[Processor]] = [*BEGINNING, *END]


def json_formatter(level: str) -> logging.Formatter:
    """
    Give the formatter of `defaults.logging`, and let structlog's own loggers write lines of the same kind.

    Those go straight to standard output: through the standard library's machinery a line costs four times as much.
    """
    structlog.configure(
        processors=WHOLE,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=StandardOutput,
        cache_logger_on_first_use=True,
    )
    formatting = structlog.stdlib.ProcessorFormatter
    return formatting(
        foreign_pre_chain=[*BEGINNING, structlog.stdlib.ExtraAdder()],
        processors=[formatting.remove_processors_meta, *END],
    )
