"""pacts/README.md is drawn from the pacts, so it cannot be wrong about them."""

import pytest

from tests.contract.visitor import ask_for_name, ask_without_a_token, hear_of_a_book
from tests.support.contracts.pacts import gather
from tests.support.contracts.picture import readme

pytestmark = pytest.mark.django_db


class TestReadme:
    def test_draws_who_asks_whom_and_who_hears_whom(self, written):
        ask_for_name()
        ask_without_a_token()
        hear_of_a_book()

        drawn = readme(gather(written))

        assert '    visitor -- "GET /signed-in/" --> counter' in drawn
        assert '    shelf -. "book.written" .-> visitor' in drawn
        assert "| ask for a name | `GET /signed-in/` → 200 | a counter |" in drawn
        assert "| a book was written | event `book.written` |  |" in drawn

    def test_does_not_depend_on_the_order(self, written):
        ask_for_name()
        hear_of_a_book()
        found = gather(written)

        assert readme(found) == readme(reversed(found))
