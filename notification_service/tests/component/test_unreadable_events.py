"""What cannot be read goes to the dead letters and changes nothing; what can be ignored is."""

import pytest

from notification_service.celery_app import app
from notification_service.models import InboxMessage, Notification
from notification_service.tests.factories import EVENT_DATA, event
from servicekit.messages.events import UnreadableMessage
from servicekit.testing.messages import deliver

pytestmark = pytest.mark.django_db

NEEDED = [
    ("user.registered", "user_id"),
    ("user.registered", "username"),
    ("user.updated", "user_id"),
    ("user.deleted", "user_id"),
    ("token.revoked", "token_id"),
    ("token.revoked", "expires_at"),
    ("order.placed", "user_id"),
    ("order.placed", "order_id"),
    ("order.placed", "total"),
    ("order.placed", "items"),
    ("order.confirmed", "confirmed_at"),
    ("order.cancelled", "reason"),
]


@pytest.fixture
def nothing_changes():
    yield
    assert not Notification.objects.exists()
    assert not InboxMessage.objects.exists()


@pytest.mark.usefixtures("nothing_changes")
class TestUnreadable:
    @pytest.mark.parametrize(("heard", "field"), NEEDED)
    def test_a_needed_field_is_missing(self, heard, field):
        message = event(heard, **({"first_name": ""} if field == "username" else {}))
        del message.data[field]

        with pytest.raises(UnreadableMessage, match=field):
            deliver(app, message)

    @pytest.mark.parametrize(("heard", "field"), NEEDED)
    def test_a_needed_field_is_nonsense(self, heard, field):
        message = event(heard, **({"first_name": ""} if field == "username" else {}))

        with pytest.raises(UnreadableMessage, match=field):
            deliver(app, event(heard, **message.data | {field: {"what": "is this"}}))

    @pytest.mark.parametrize("heard", EVENT_DATA)
    @pytest.mark.parametrize("change", [{"id": "seven"}, {"data": None}, {"specversion": "2.0"}, {"type": "x.y"}])
    def test_the_envelope_is_nonsense(self, heard, change):
        with pytest.raises(UnreadableMessage):
            deliver(app, event(heard).to_dict() | change, task=heard)


class TestTolerance:
    @pytest.mark.parametrize("heard", EVENT_DATA)
    def test_what_a_neighbour_adds_is_ignored(self, heard):
        message = event(heard, invented_next_year={"some": ["thing"]}).to_dict()

        deliver(app, message | {"traceparent": "00-abc-def-01"})

        assert InboxMessage.objects.count() == 1

    def test_a_reason_of_next_year_is_left_out(self):
        deliver(app, event("order.cancelled", reason="weather"))

        assert Notification.objects.get().message == "Your order 17 was cancelled."

    @pytest.mark.security
    def test_a_name_with_line_breaks_stays_one_line(self):
        deliver(app, event("user.registered", first_name="Eve\r\nBcc: all@example.org"))

        assert Notification.objects.get().message == "Welcome to the shop, Eve Bcc: all@example.org."
