"""How a failure looks over HTTP: `{"error", "code", "detail"}`, decided in one table per service."""

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
    """What one reason to say no becomes over HTTP."""

    status: int
    code: str
    error: str
    """A sentence for people; what exactly went wrong is the exception's own text."""
    retry_after: int | None = None
    """Seconds after which trying again may help."""


DATABASE_AWAY: Final = Problem(503, "DATABASE_UNAVAILABLE", "Our database does not answer in time.", retry_after=2)
COMMON: Final[Mapping[type[Exception], Problem]] = {
    NeighbourUnavailable: Problem(
        503, "NEIGHBOUR_UNAVAILABLE", "A service that we depend on does not answer.", retry_after=5
    ),
    OperationalError: DATABASE_AWAY,
    InterfaceError: DATABASE_AWAY,
}
HIDDEN: Final = {DATABASE_AWAY: "Try again in a moment."}
"""The exception's own text would tell a stranger about our tables and addresses."""

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
"""Django's own ways to say no, in the framework's words."""


def handler(problems: Mapping[type[Exception], Problem]) -> ExceptionHandler:
    """
    Give the EXCEPTION_HANDLER of a service. The nearest class in the exception's MRO wins.

    Field errors stay the framework's map of field to messages. What no table knows is raised again, and is 500.
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


def _page(status: HTTPStatus, code: str, detail: str) -> JsonResponse:
    return JsonResponse(body(code, status.phrase, detail), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """For `handler400` of a urls.py."""
    return _page(HTTPStatus.BAD_REQUEST, "BAD_REQUEST", "The request cannot be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """For `handler403` of a urls.py."""
    return _page(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", "You may not do this.")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """For `handler404` of a urls.py."""
    return _page(HTTPStatus.NOT_FOUND, "NOT_FOUND", "There is nothing at this address.")


def server_error(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """For `handler500` of a urls.py."""
    return _page(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "The fault is ours. It was logged.")
