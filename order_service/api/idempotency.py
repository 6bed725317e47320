"""The request header Idempotency-Key."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from order_service.exceptions import AlreadyAnswered, IdempotencyKeyMalformed
from order_service.services import IdempotencyKey
from servicekit.auth.callers import user_id

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    description="Same key and body: same answer, done once. Same key, other body: 422. Remembered for a day.",
)
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")


def idempotency_key(
    request: Request, *, route: str, status: int, represent: Callable[[Any], Any]
) -> IdempotencyKey | None:
    """
    Give the key that the request was sent with; None when it has no such header.

    :param status: of the answer when the request succeeds.
    :param represent: makes the body of that answer, of JSON types, from the result of the use case.
    :raises IdempotencyKeyMalformed: the header is not a key.
    """
    value = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if value is None:
        return None
    if not VISIBLE_ASCII.fullmatch(value):
        raise IdempotencyKeyMalformed
    # An HMAC: a card number is short enough to be found by trying, if a plain hash of it is known.
    fingerprint = salted_hmac(route, json.dumps(request.data, sort_keys=True), algorithm="sha256").hexdigest()
    # An HMAC as well: a client may have put anything into the key.
    stored = salted_hmac("idempotency-key", value, algorithm="sha256").hexdigest()
    return IdempotencyKey(user_id(request), route, stored, fingerprint, status, represent)


def first_answer(answered: AlreadyAnswered) -> Response:
    """Give the answer of the first request with this key again."""
    return Response(json.loads(answered.body), status=answered.status)
