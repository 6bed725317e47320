import io

import pytest
from rest_framework.exceptions import ParseError

from servicekit.api.parsing import JSONObjectParser, PositiveId


def parse(body):
    return JSONObjectParser().parse(io.BytesIO(body if isinstance(body, bytes) else body.encode()))


def nested(levels):
    return '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)


class TestJSONObjectParser:
    def test_reads_an_object(self):
        assert parse('{"a": [1, -2.5, "ü😀\\ud83d\\ude00", null, true, {}]}') == {
            "a": [1, -2.5, "ü😀😀", None, True, {}]
        }

    def test_accepts_32_levels(self):
        assert parse(nested(32))

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            "{'a': 1}",
            '{"a": 1} {"b": 2}',
            "[]",
            "7",
            "null",
            '"text"',
            '{"a": NaN}',
            '{"a": Infinity}',
            '{"a": -Infinity}',
            '{"a": ' + "9" * 5000 + "}",
            '{"a": "\0"}',
            '{"a": "\\ud800"}',
            '{"\\udfff": 1}',
            '{"a": ["b", {"c": "\\ud800"}]}',
            nested(33),
            "[" * 33 + "]" * 33,
            "[" * 100_000,
            '{"a":' * 100_000,
            b"\xff\xfe{\x00}\x00",
            b'{"a": "\xe9"}',
            b'\xef\xbb\xbf{"a": 1}',
            b"\x80\x04K\x01.",
        ],
        ids=lambda body: str(body[:24]),
    )
    @pytest.mark.security
    def test_refuses_what_is_no_json_object(self, body):
        with pytest.raises(ParseError):
            parse(body)


class TestPositiveId:
    def test_converts_to_int_and_back(self):
        assert PositiveId().to_python("17") == 17
        assert PositiveId().to_url(17) == "17"

    def test_accepts_64_bits_at_most(self):
        assert PositiveId().to_python(str(2**63 - 1)) == 2**63 - 1
        with pytest.raises(ValueError, match="larger"):
            PositiveId().to_python(str(2**63))
