"""The parser with bodies that hypothesis makes up, which takes longer than a unit test may."""

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from servicekit.api.parsing import JSONObjectParser


def parse(body: bytes):
    return JSONObjectParser().parse(io.BytesIO(body))


class TestJSONObjectParser:
    @settings(deadline=None)
    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused(self, body):
        try:
            data = parse(body)
        except ParseError:
            return
        assert isinstance(data, dict)

    @settings(deadline=None)
    @given(
        st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
                lambda inner: st.lists(inner, max_size=4),
                max_leaves=8,
            ),
        )
    )
    def test_gives_back_what_a_client_sent(self, data):
        assert parse(json.dumps(data).encode()) == data
