"""Input that is refused before a serializer sees it: bodies that are not a JSON object, and malformed ids in paths."""

import json
from typing import Any, Final

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


class JSONObjectParser(JSONParser):
    """
    The framework's parser for bodies that are one JSON object, nested at most 32 levels deep.

    Also refuses text with half a surrogate pair: an error message that repeats it could not be encoded. All other
    values are for the serializers to judge.

    :raises ParseError: 400, with the reason.
    """

    def parse(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        try:
            data = super().parse(*arguments, **options)
            deep = _depth(data) > MAX_DEPTH
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            deep = True
        except UnicodeEncodeError:
            raise ParseError("A text contains half of a surrogate pair.") from None
        if deep:
            raise ParseError("The JSON is nested too deeply.")
        if not isinstance(data, dict):
            raise ParseError("The body must be a JSON object.")
        return data


def _depth(data: object) -> int:
    if not isinstance(data, dict | list):
        return 0
    return 1 + max(map(_depth, data.values() if isinstance(data, dict) else data), default=0)
