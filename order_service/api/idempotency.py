"""The Idempotency-Key header: taken from the request, and the answer given once."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from order_service import wiring
from order_service.exceptions import IdempotencyKeyMalformed, Refusal
from order_service.services import EVERY_TIME, Answer, EveryTime, Once
from servicekit.auth.callers import user_id

IDEMPOTENCY_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    description="Same key and body: same answer, done once. Same key, other body: 422. Remembered for a day.",
)
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")


def answer_once(
    request: Request, *, route: str, act: Callable[[EveryTime], Any], answer: Callable[[Any], Response]
) -> Response:
    """
    Act and answer; but give the first answer again when this request, known by its key, got one before.

    A refusal is not kept: it changed nothing, and may be no refusal the next time.

    :raises IdempotencyKeyMalformed: this is no key.
    :raises IdempotencyKeyReused: the key belongs to a request with another body.
    """
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return answer(act(EVERY_TIME))

    once = _once(request, route, key, answer)
    if kept := once.recall():
        return _again(kept)
    try:
        return answer(act(once))
    except Refusal:
        # Its twin may have been answered since we looked: then that is our answer too, and not that it came second.
        if kept := once.recall():
            return _again(kept)
        raise


def _once(request: Request, route: str, key: str, answer: Callable[[Any], Response]) -> Once:
    if not VISIBLE_ASCII.fullmatch(key):
        raise IdempotencyKeyMalformed

    def keepable(result: Any) -> Answer:
        response = answer(result)
        return Answer(response.status_code, json.dumps(response.data, cls=JSONEncoder))

    return Once(
        user_id=user_id(request),
        route=route,
        key=key,
        # Keyed with our secret: a card number is short enough to be found by trying when its plain hash is known.
        fingerprint=salted_hmac(route, json.dumps(request.data, sort_keys=True), algorithm="sha256").hexdigest(),
        answer=keepable,
        now=wiring.clock(),
    )


def _again(kept: Answer) -> Response:
    return Response(json.loads(kept.body), status=kept.status)
