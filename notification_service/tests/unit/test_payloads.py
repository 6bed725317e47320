"""What a message says is read strictly, whoever sent it; what it says besides is ignored."""

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

    def test_reads_parts(self):
        [lamp] = Payload({"items": [{"name": "Lamp"}]}).parts("items")

        assert lamp.text("name") == "Lamp"

    @pytest.mark.parametrize("value", [None, "7", 7.0, True, 0, -1, 2**63, [7], {}])
    def test_refuses_what_is_no_id(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.user_id should be a positive whole number"):
            Payload({"user_id": value}).id("user_id")

    @pytest.mark.parametrize("value", [None, 7, "nul\0", ["text"]])
    def test_refuses_what_is_no_text(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.name should be text"):
            Payload({"name": value}).text("name")

    @pytest.mark.parametrize("value", ["", "dear", "NaN", "Infinity", "1e14", "-1e400", 42, 42.0])
    def test_refuses_what_is_no_money(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.total should be"):
            Payload({"total": value}).money("total")

    @pytest.mark.parametrize("value", ["", "noon", "2026-11-23", "2026-11-23T12:00:00", "2026-13-45T99:00:00Z", 7])
    def test_refuses_what_is_no_moment(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.at should be"):
            Payload({"at": value}).moment("at")

    @pytest.mark.parametrize("value", [None, {}, "items", [7], [{}, "x"]])
    def test_refuses_what_are_no_parts(self, value):
        with pytest.raises(UnreadableMessage, match=r"data\.items should be a list of objects"):
            Payload({"items": value}).parts("items")

    def test_keeps_the_value_out_of_the_complaint(self):
        with pytest.raises(UnreadableMessage) as complaint:
            Payload({"total": "a secret"}).money("total")

        assert "secret" not in str(complaint.value)
