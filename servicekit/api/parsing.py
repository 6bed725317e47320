"""What comes in over HTTP is taken apart strictly: what the database or the serializers could choke on stops here."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from servicekit.base.ids import LARGEST_ID

MAX_DEPTH: Final = 32


class PositiveId:
    """Path converter `<id:pk>`: what a 64-bit primary key can be. Everything else is 404."""

    regex = "[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_ID:
            raise ValueError("larger than any id")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


class StrictJSONParser(JSONParser):
    """
    One JSON object (RFC 8259) in UTF-8, no deeper than 32 levels.

    NaN and infinities, integers beyond 64 bits, NUL characters and halves of surrogate pairs are refused anywhere.
    The size was judged when the body was read: Django holds to DATA_UPLOAD_MAX_MEMORY_SIZE, and we answer 413.

    :raises ParseError: 400, with the reason.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> dict[str, Any]:
        try:
            text = stream.read().decode("utf-8")
            data = json.loads(text, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded_integer)
            # Only an escape can bring what is no text, and only so many brackets can go so deep.
            if "\\u" in text or text.count("{") + text.count("[") > MAX_DEPTH:
                _check(data)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"This is not acceptable JSON: {error}") from None
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _bounded_integer(text: str) -> int:
    # The length first: Python itself refuses to read an integer of thousands of digits.
    if len(text) > 20 or abs(number := int(text)) > LARGEST_ID:
        raise ValueError("an integer is too large")
    return number


def _check(data: Any) -> None:
    """Look at every string and at the depth. Not recursive, so that no input can exhaust the stack."""
    waiting = [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            _check_text(value)
            continue
        if isinstance(value, dict):
            children = [*value.keys(), *value.values()]
        elif isinstance(value, list):
            children = value
        else:
            continue
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        waiting.extend((child, depth + 1) for child in children)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ValueError("a text contains a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text contains half of a surrogate pair") from None
