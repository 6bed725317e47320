"""The parser against what nobody thought of: hypothesis makes it up, which takes longer than a unit test may."""

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from servicekit.api.parsing import StrictJSONParser


def parse(body: bytes):
    return StrictJSONParser().parse(io.BytesIO(body))


class TestStrictJSONParser:
    @settings(deadline=None)
    @given(st.binary(max_size=200))
    def test_refuses_any_bytes_with_its_own_error_only(self, body):
        try:
            data = parse(body)
        except ParseError:
            return
        assert isinstance(data, dict)

    @settings(deadline=None)
    @given(
        st.dictionaries(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers(-(2**63 - 1), 2**63 - 1)
                | st.floats(allow_nan=False, allow_infinity=False),
                lambda inner: st.lists(inner, max_size=4),
                max_leaves=8,
            ),
        )
    )
    def test_gives_back_what_any_decent_client_sent(self, data):
        assert parse(json.dumps(data).encode()) == data
