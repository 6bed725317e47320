"""OpenAPI: our tokens and problem responses, for drf-spectacular."""

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

MEANINGS: Final = {
    400: "The request is malformed, or a field is not valid (then a map of field to messages).",
    401: "No token, or one that is not valid.",
    403: "The token does not allow this.",
    404: "There is no such thing, or not for you.",
    409: "The present state does not allow this.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The Idempotency-Key was used with another body.",
    429: "Too many requests; Retry-After says when to try again.",
    503: "A service that we depend on does not answer; Retry-After says when to try again.",
}


class ProblemSerializer(serializers.Serializer[Any]):
    """Every error response except field errors."""

    error = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="A word for programs, as in USER_NOT_FOUND.")
    detail = serializers.CharField(help_text="What exactly went wrong.")


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself, untyped
    target_class = "servicekit.auth.authentication.BearerAuthentication"
    match_subclasses = True
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - its signature
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def problem_responses(*statuses: int) -> dict[int, OpenApiResponse]:
    """
    Give entries for `extend_schema(responses={200: ..., **problem_responses(401, 404)})`.

    503 is always among them, because every route depends on something.
    """
    # A 400 has two forms: a problem, or the framework's map of field to messages.
    forms = {status: OpenApiTypes.OBJECT if status == 400 else ProblemSerializer for status in (*statuses, 503)}
    return {status: OpenApiResponse(form, description=MEANINGS[status]) for status, form in forms.items()}
