"""What notification_service needs of user_service's events, and the rows that each event makes."""

from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from notification_service.celery_app import app
from notification_service.clients import Contact
from notification_service.models import InboxMessage, Notification, OutboxMessage, Recipient, Revocation
from notification_service.tests.factories import DeliveryFactory
from servicekit.testing.messages import commands
from tests.support.contracts import matchers
from tests.support.contracts.messages import EVENT_ID, REQUEST_ID, EventContract

pytestmark = pytest.mark.django_db

LONG_NAME = ("Hubert Blaine " * 10).strip()


@pytest.fixture
def user_service() -> EventContract:
    return EventContract("notification_service", "user_service")


class TestUserRegistered:
    def test_is_welcomed_by_first_name(self, user_service):
        user_service.receives(
            "user.registered",
            "a user registered",
            subject="7",
            data={
                "user_id": matchers.integer(7),
                "username": matchers.text("alice"),
                "first_name": matchers.text("Alice"),
            },
        )

        user_service.handled_by(app)

        [welcome] = Notification.objects.all()
        assert (welcome.user_id, welcome.event_id, welcome.type) == (7, EVENT_ID, "user.registered")
        assert "Alice" in welcome.message

    def test_without_a_first_name_is_welcomed_by_username(self, user_service):
        user_service.receives(
            "user.registered",
            "a user registered without a first name",
            subject="8",
            data={"user_id": matchers.integer(8), "username": matchers.text("bob"), "first_name": ""},
        )

        user_service.handled_by(app)

        assert "bob" in Notification.objects.get().message

    def test_may_have_a_long_name(self, user_service):
        user_service.receives(
            "user.registered",
            "a user with a long name registered",
            subject="9",
            data={"user_id": matchers.integer(9), "username": matchers.text("hubert"), "first_name": LONG_NAME},
        )

        user_service.handled_by(app)

        assert LONG_NAME in Notification.objects.get().message

    def test_the_mail_has_the_request_id_of_the_event(self, user_service):
        """It is a header of the message, so that the logs of all services can be searched for one request."""
        user_service.receives(
            "user.registered",
            "a user registered",
            subject="7",
            data={
                "user_id": matchers.integer(7),
                "username": matchers.text("alice"),
                "first_name": matchers.text("Alice"),
            },
        )

        user_service.handled_by(app)

        [mail] = OutboxMessage.objects.all()
        assert (mail.name, mail.request_id) == ("notification_service.deliver", REQUEST_ID)


class TestUserUpdated:
    def test_the_cached_contact_is_dropped(self, user_service):
        data = {"user_id": matchers.integer(7), "changes": matchers.list_of(matchers.text("email"))}
        user_service.receives("user.updated", "a user changed", subject="7", data=data)
        cached = asdict(
            Contact(user_id=7, name="Alice", email="alice@example.org", email_verified=True, is_active=True)
        )
        cache.set("contact:7", cached)

        user_service.handled_by(app)

        assert cache.get("contact:7") != cached
        assert InboxMessage.objects.get().message_id == EVENT_ID

    def test_a_mail_that_waited_is_sent_once_the_address_is_verified(self, user_service):
        waiting = DeliveryFactory()
        data = {"user_id": matchers.integer(7), "changes": ["email_verified"]}
        user_service.receives("user.updated", "a user verified the address", subject="7", data=data)

        user_service.handled_by(app)

        assert commands() == [("notification_service.deliver", {"delivery_id": str(waiting.id)})]


class TestUserDeleted:
    def test_the_deletion_is_recorded_and_all_tokens_are_revoked(self, user_service):
        user_service.receives("user.deleted", "a user was deleted", subject="7", data={"user_id": matchers.integer(7)})

        user_service.handled_by(app)

        assert Recipient.objects.get(user_id=7).deleted_at
        assert Revocation.objects.get().key == "user:7"


class TestTokenRevoked:
    def test_the_token_is_revoked(self, user_service):
        user_service.receives(
            "token.revoked",
            "a user signed out",
            subject="7",
            data={
                "token_id": matchers.text("an-example-token-id"),
                "expires_at": matchers.timestamp("2099-11-20T12:15:00Z"),
            },
        )

        user_service.handled_by(app)

        revocation = Revocation.objects.get()
        assert revocation.key == "jti:an-example-token-id"
        assert revocation.expires_at == datetime(2099, 11, 20, 12, 15, tzinfo=UTC)
