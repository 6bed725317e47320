"""Problem responses: `{"error", "code", "detail"}`. One table per service maps exceptions to them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from servicekit.auth.authentication import CHALLENGE
from servicekit.base.exceptions import NeighbourUnavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """The response to one kind of exception."""

    status: int
    code: str
    error: str
    """A sentence for people. The detail is the exception's own text."""
    retry_after: int | None = None
    """Seconds after which the client may try again."""


DATABASE_DOWN: Final = Problem(503, "DATABASE_UNAVAILABLE", "Our database does not answer in time.", retry_after=2)
COMMON: Final[Mapping[type[Exception], Problem]] = {
    NeighbourUnavailable: Problem(
        503, "NEIGHBOUR_UNAVAILABLE", "A service that we depend on does not answer.", retry_after=5
    ),
    OperationalError: DATABASE_DOWN,
    InterfaceError: DATABASE_DOWN,
}
HIDDEN: Final = {DATABASE_DOWN: "Try again in a moment."}
"""Details in place of the exception's own text, which names our tables and addresses."""

ExceptionHandler = Callable[[Exception, dict[str, Any]], Response | None]


class PayloadTooLarge(exceptions.APIException):
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = 413
    default_code = "payload_too_large"
    default_detail = "The body is too large."


TRANSLATED: Final[Mapping[type[Exception], type[exceptions.APIException]]] = {
    Http404: exceptions.NotFound,
    PermissionDenied: exceptions.PermissionDenied,
    RequestDataTooBig: PayloadTooLarge,
    UnreadablePostError: exceptions.ParseError,
}
"""Django's exceptions, and the framework's in their place."""


def handler(problems: Mapping[type[Exception], Problem]) -> ExceptionHandler:
    """
    Give the EXCEPTION_HANDLER of a service. The most specific class of the exception that is in the table decides.

    Field errors stay the framework's map of field to messages. An exception that is not in the table becomes a 500.
    """
    table = {**COMMON, **problems}

    def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
        problem = next((table[kind] for kind in type(exception).__mro__ if kind in table), None)
        if problem is None:
            return _framework_problem(exception, context)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.warning("answered %s %s", problem.status, problem.code, exc_info=exception)
        headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
        if problem.status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = CHALLENGE  # RFC 9110, section 11.6.1
        detail = HIDDEN.get(problem, str(exception))
        return Response(body(problem.code, problem.error, detail), status=problem.status, headers=headers)

    return handle


def body(code: str, error: str, detail: str) -> dict[str, str]:
    return {"error": error, "code": code, "detail": detail}


def _framework_problem(exception: Exception, context: dict[str, Any]) -> Response | None:
    if translated := next((TRANSLATED[kind] for kind in type(exception).__mro__ if kind in TRANSLATED), None):
        exception = translated()
    response = framework_handler(exception, context)
    if response is None or not isinstance(exception, exceptions.APIException):
        return None
    if isinstance(exception, exceptions.ValidationError):
        if isinstance(response.data, list) and all(isinstance(item, str) for item in response.data):
            response.data = {"non_field_errors": response.data}
        return response
    if isinstance(exception, exceptions.Throttled):
        response["Retry-After"] = response.get("Retry-After", "1")
    response.data = body(_code(exception), HTTPStatus(response.status_code).phrase, str(exception.detail))
    return response


def _code(exception: exceptions.APIException) -> str:
    if isinstance(exception, exceptions.AuthenticationFailed):
        return "INVALID_TOKEN"
    return str(exception.default_code).upper()


def _page(status: HTTPStatus, code: str, detail: str) -> Callable[..., JsonResponse]:
    def view(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:  # noqa: ARG001 - Django's
        return JsonResponse(body(code, status.phrase, detail), status=status)

    return view


# For `handler400`, `handler403`, `handler404` and `handler500` of a urls.py.
bad_request = _page(HTTPStatus.BAD_REQUEST, "BAD_REQUEST", "The request cannot be understood.")
permission_denied = _page(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", "You may not do this.")
not_found = _page(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is nothing at this address.")
server_error = _page(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "The fault is ours. It was logged.")
