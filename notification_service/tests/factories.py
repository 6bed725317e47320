"""Test data: a test names the values that matter to it, the others are defaults."""

from datetime import timedelta
from uuid import uuid4

import factory

from notification_service.clients import Contact
from notification_service.models import Delivery, Notification
from notification_service.tests.people import ALICE, MONDAY_NOON
from servicekit.messages.events import Envelope


class ContactFactory(factory.Factory):
    class Meta:
        model = Contact

    user_id = ALICE
    name = "Alice"
    email = factory.LazyAttribute(lambda contact: f"{contact.name.lower()}@example.org")
    email_verified = True
    is_active = True


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification

    class Params:
        was_read = factory.Trait(read_at=MONDAY_NOON)

    event_id = factory.LazyFunction(uuid4)
    user_id = ALICE
    type = "order.confirmed"
    message = "Your order 17 is confirmed: 42.00."
    created_at = MONDAY_NOON - timedelta(hours=1)


class DeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delivery

    class Params:
        was_sent = factory.Trait(state=Delivery.State.SENT, ended_at=MONDAY_NOON)
        has_failed = factory.Trait(state=Delivery.State.FAILED, ended_at=MONDAY_NOON, reason="the user has no address")
        is_claimed = factory.Trait(attempts=1, claimed_until=MONDAY_NOON + timedelta(minutes=1))
        is_overdue = factory.Trait(due_at=MONDAY_NOON - timedelta(minutes=1))

    notification = factory.SubFactory(NotificationFactory)
    subject = "Your order 17 is confirmed"
    body = "Your order 17 is confirmed: 42.00."
    due_at = MONDAY_NOON + timedelta(minutes=1)


EVENT_DATA = {
    "user.registered": {"user_id": ALICE, "username": "alice", "first_name": "Alice"},
    "user.updated": {"user_id": ALICE, "changes": ["email"], "is_active": True},
    "user.deleted": {"user_id": ALICE},
    "token.revoked": {"token_id": "a-token", "user_id": ALICE, "expires_at": "2026-11-23T12:15:00Z"},
    "order.placed": {
        "order_id": 17,
        "user_id": ALICE,
        "total": "42.00",
        "items": [{"product_id": 3, "name": "Lamp", "quantity": 2, "price": "21.00"}],
        "placed_at": "2026-11-23T12:00:00Z",
    },
    "order.confirmed": {"order_id": 17, "user_id": ALICE, "total": "42.00", "confirmed_at": "2026-11-23T12:05:00Z"},
    "order.shipped": {"order_id": 17, "user_id": ALICE, "shipped_at": "2026-11-24T08:15:00Z"},
    "order.cancelled": {
        "order_id": 17,
        "user_id": ALICE,
        "reason": "unpaid",
        "cancelled_at": "2026-11-23T12:30:00Z",
    },
}


def event(event_type: str, **data: object) -> Envelope:
    """An event as its publisher sends it, with some of its data replaced."""
    all_data = EVENT_DATA[event_type] | data
    subject = all_data.get("order_id", all_data.get("user_id"))
    source = "/order_service" if event_type.startswith("order.") else "/user_service"
    return Envelope(source=source, type=event_type, subject=str(subject), data=all_data)
