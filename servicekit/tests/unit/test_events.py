from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from servicekit.messages.events import Envelope, Event, UnreadableMessage, iso
from servicekit.tests.unit.events import BookWritten, book_written

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class BookSold(Event):
    TYPE = "book.sold"

    price: Decimal
    sold_at: datetime
    copies: tuple[dict, ...]


class TestEvent:
    def test_gives_its_fields_as_json_types(self):
        event = BookSold(price=Decimal("12.50"), sold_at=NOON, copies=({"at": NOON},))

        assert event.data() == {
            "price": "12.50",
            "sold_at": "2026-11-20T12:00:00Z",
            "copies": [{"at": "2026-11-20T12:00:00Z"}],
        }

    def test_without_a_subject_names_its_class(self):
        event = BookSold(price=Decimal(1), sold_at=NOON, copies=())

        with pytest.raises(NotImplementedError, match="BookSold"):
            _ = event.subject

    def test_has_a_subject(self):
        assert BookWritten("Emma").subject == "Emma"


class TestTimes:
    def test_are_written_in_utc(self):
        in_oslo = NOON.astimezone(timezone(timedelta(hours=1)))

        assert iso(in_oslo) == "2026-11-20T12:00:00Z"

    def test_need_a_zone(self):
        with pytest.raises(ValueError, match="no time zone"):
            iso(NOON.replace(tzinfo=None))


class TestEnvelope:
    def test_is_a_cloud_event(self):
        envelope = book_written(id="6a3f", time="2026-11-20T12:00:00Z")

        assert envelope.to_dict() == {
            "specversion": "1.0",
            "datacontenttype": "application/json",
            "id": "6a3f",
            "source": "/press",
            "type": "book.written",
            "time": "2026-11-20T12:00:00Z",
            "subject": "Middlemarch",
            "data": {"title": "Middlemarch"},
        }

    def test_can_be_read_again(self):
        envelope = book_written()

        assert Envelope.parse(envelope.to_dict()) == envelope

    def test_ignores_unknown_fields(self):
        envelope = book_written()

        assert Envelope.parse(envelope.to_dict() | {"traceparent": "00-abc"}) == envelope

    def test_normalises_its_id(self):
        envelope = book_written(id="6A3F0000-0000-4000-8000-000000000000")

        assert Envelope.parse(envelope.to_dict()) == replace(envelope, id=envelope.id.lower())

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"specversion": "2.0"}, "version '2.0'"),
            ({"id": "17"}, "id should be a UUID"),
            ({"id": None}, "id should be str"),
            ({"type": 5}, "type should be str"),
            ({"data": []}, "data should be dict"),
            ({"time": 0}, "time should be str"),
        ],
    )
    def test_says_why_it_is_unreadable(self, changes, reason):
        with pytest.raises(UnreadableMessage, match=reason):
            Envelope.parse(book_written().to_dict() | changes)

    @pytest.mark.parametrize("raw", [None, 17, "text", [], [{}]])
    def test_is_an_object(self, raw):
        with pytest.raises(UnreadableMessage, match="expected an object"):
            Envelope.parse(raw)
