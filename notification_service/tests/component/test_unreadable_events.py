"""An event with a missing or invalid field changes nothing and becomes a dead letter; unknown fields are ignored."""

import pytest

from notification_service.celery_app import app
from notification_service.models import InboxMessage, Notification
from notification_service.tests.factories import EVENT_DATA, event
from servicekit.messages.events import UnreadableMessage
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db

REQUIRED = {
    "user.registered": ["user_id", "username"],
    "user.updated": ["user_id"],
    "user.deleted": ["user_id"],
    "token.revoked": ["token_id", "expires_at"],
    "order.placed": ["user_id", "order_id", "total", "items", "placed_at"],
    "order.confirmed": ["user_id", "order_id", "total", "confirmed_at"],
    "order.shipped": ["user_id", "order_id", "shipped_at"],
    "order.cancelled": ["user_id", "order_id", "reason", "cancelled_at"],
}
REQUIRED_FIELDS = [(event_type, field) for event_type, fields in REQUIRED.items() for field in fields]


@pytest.fixture
def _nothing_is_saved():
    yield
    assert not Notification.objects.exists()
    assert not InboxMessage.objects.exists()


@pytest.mark.usefixtures("_nothing_is_saved")
class TestInvalidEvent:
    @pytest.mark.parametrize(("event_type", "field"), REQUIRED_FIELDS)
    def test_a_missing_field_is_rejected(self, event_type, field):
        message = event(event_type, **({"first_name": ""} if field == "username" else {}))
        del message.data[field]

        with pytest.raises(UnreadableMessage, match=field):
            deliver(app, message)

    @pytest.mark.parametrize(("event_type", "field"), REQUIRED_FIELDS)
    def test_an_invalid_field_is_rejected(self, event_type, field):
        message = event(event_type, **({"first_name": ""} if field == "username" else {}))

        with pytest.raises(UnreadableMessage, match=field):
            deliver(app, event(event_type, **message.data | {field: {"what": "is this"}}))

    @pytest.mark.parametrize("event_type", EVENT_DATA)
    @pytest.mark.parametrize("change", [{"id": "seven"}, {"data": None}, {"specversion": "2.0"}, {"type": "x.y"}])
    def test_an_invalid_envelope_is_rejected(self, event_type, change):
        with pytest.raises(UnreadableMessage):
            deliver(app, event(event_type).to_dict() | change, task=event_type)


class TestUnknownContent:
    @pytest.mark.parametrize("event_type", EVENT_DATA)
    def test_an_unknown_field_is_ignored(self, event_type):
        message = event(event_type, a_new_field={"some": ["thing"]}).to_dict()

        deliver(app, message | {"traceparent": "00-abc-def-01"})

        assert InboxMessage.objects.count() == 1

    def test_an_unknown_reason_is_left_out(self):
        deliver(app, event("order.cancelled", reason="weather"))

        assert Notification.objects.get().message == "Your order 17 was cancelled."

    @pytest.mark.security
    def test_line_breaks_in_a_name_become_spaces(self):
        deliver(app, event("user.registered", first_name="Eve\r\nBcc: all@example.org"))

        assert Notification.objects.get().message == "Welcome to the shop, Eve Bcc: all@example.org."
