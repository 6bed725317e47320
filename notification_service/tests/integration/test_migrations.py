"""Migrations on PostgreSQL, forwards and backwards, with rows in all tables."""

from uuid import uuid4

from notification_service.tests.people import ALICE, MONDAY_NOON
from tests.support.migrations import MigrationTests


class TestMigrations(MigrationTests):
    def write(self, version):
        notification = version.rows("Notification").create(
            event_id=uuid4(), user_id=ALICE, type="x", message="x", created_at=MONDAY_NOON
        )
        version.rows("Delivery").create(notification=notification, subject="x", body="x", due_at=MONDAY_NOON)
        version.rows("Recipient").get_or_create(user_id=ALICE)
        version.rows("Revocation").create(key=f"jti:{uuid4()}", expires_at=MONDAY_NOON)
        version.rows("InboxMessage").create(message_id=uuid4(), type="x")
        version.rows("OutboxMessage").create(kind="command", name="x", body="[]")
