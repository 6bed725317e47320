"""What order_service requires of the events of user_service, checked by the rows that each writes."""

from datetime import UTC, datetime

import pytest

from order_service.celery_app import app
from order_service.models import InboxMessage, Revocation
from tests.support.contracts import matchers
from tests.support.contracts.messages import EVENT_ID, EventContract

pytestmark = pytest.mark.django_db


@pytest.fixture
def user_service() -> EventContract:
    return EventContract("order_service", "user_service")


class TestUserDeleted:
    def test_the_tokens_of_the_user_are_revoked(self, user_service):
        user_service.receives("user.deleted", "a user was deleted", subject="7", data={"user_id": matchers.integer(7)})

        user_service.handled_by(app)

        assert Revocation.objects.get().key == "user:7"
        assert InboxMessage.objects.get().message_id == EVENT_ID


class TestTokenRevoked:
    def test_the_token_is_revoked_until_it_expires(self, user_service):
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
        assert InboxMessage.objects.get().message_id == EVENT_ID
