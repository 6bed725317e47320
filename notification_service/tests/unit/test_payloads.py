"""The fields of an event are read strictly, and other fields are ignored."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from notification_service.payloads import Payload
from servicekit.messages.events import UnreadableMessage


class TestPayload:
    def test_reads_each_type(self):
        payload = Payload({"id": 7, "name": "Lamp", "price": "21.00", "at": "2026-11-23T12:00:00Z", "new": object()})

        assert payload.id("id") == 7
        assert payload.text("name") == "Lamp"
        assert payload.money("price") == Decimal("21.00")
        assert payload.moment("at") == datetime(2026, 11, 23, 12, tzinfo=UTC)

    def test_reads_a_list_of_objects(self):
        [lamp] = Payload({"items": [{"name": "Lamp"}]}).objects("items")

        assert lamp.text("name") == "Lamp"

    def test_reads_a_list_of_texts(self):
        assert Payload({"changes": ["email", "bio"]}).texts("changes") == ["email", "bio"]

    @pytest.mark.parametrize("value", [None, "email", [7], {"email": 1}])
    def test_refuses_a_list_of_texts_that_is_none(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.changes should be a list of texts"):
            Payload({"changes": value}).texts("changes")

    @pytest.mark.parametrize("value", [None, "7", 7.0, True, 0, -1, 2**63, [7], {}])
    def test_refuses_an_id_that_is_not_a_positive_whole_number(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.user_id should be a positive whole number"):
            Payload({"user_id": value}).id("user_id")

    @pytest.mark.parametrize("value", [None, 7, "nul\0", ["text"]])
    def test_refuses_a_text_that_is_not_text(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.name should be text"):
            Payload({"name": value}).text("name")

    @pytest.mark.parametrize("value", ["", "dear", "NaN", "Infinity", "1e14", "-1e400", 42, 42.0])
    def test_refuses_money_that_is_not_a_finite_amount_as_text(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.total should be"):
            Payload({"total": value}).money("total")

    @pytest.mark.parametrize("value", ["", "noon", "2026-11-23", "2026-11-23T12:00:00", "2026-13-45T99:00:00Z", 7])
    def test_refuses_a_moment_without_date_time_and_zone(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.at should be"):
            Payload({"at": value}).moment("at")

    @pytest.mark.parametrize("value", [None, {}, "items", [7], [{}, "x"]])
    def test_refuses_objects_that_are_not_a_list_of_objects(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.items should be a list of objects"):
            Payload({"items": value}).objects("items")

    def test_the_error_does_not_contain_the_value(self):
        with pytest.raises(UnreadableMessage) as error:
            Payload({"total": "a secret"}).money("total")

        assert "secret" not in str(error.value)
