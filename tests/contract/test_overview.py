"""pacts/README.md is generated from the pacts."""

import pytest

from tests.contract.visitor import ask_for_name, ask_without_a_token, receive_a_book
from tests.support.contracts.overview import readme
from tests.support.contracts.pacts import merge

pytestmark = pytest.mark.django_db


class TestReadme:
    def test_shows_requests_and_events_as_arrows_and_in_tables(self, written):
        ask_for_name()
        ask_without_a_token()
        receive_a_book()

        text = readme(merge(written))

        assert '    visitor -- "GET /signed-in/" --> counter' in text
        assert '    shelf -. "book.written" .-> visitor' in text
        assert "| ask for a name | `GET /signed-in/` → 200 | a counter |" in text
        assert "| a book was written | event `book.written` |  |" in text

    def test_is_the_same_for_any_order_of_pacts(self, written):
        ask_for_name()
        receive_a_book()
        found = merge(written)

        assert readme(found) == readme(reversed(found))
