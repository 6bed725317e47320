"""Deleting rows that are no longer needed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notification_service.models import InboxMessage, Revocation
from notification_service.services import housekeeping
from notification_service.tests.people import MONDAY_NOON
from servicekit.testing import FakeClock

pytestmark = pytest.mark.django_db


def receive(*, days_ago):
    received_at = MONDAY_NOON - timedelta(days=days_ago)
    return InboxMessage.objects.create(message_id=uuid4(), type="user.updated", received_at=received_at)


class TestPurge:
    def test_deletes_inbox_rows_older_than_two_weeks(self):
        receive(days_ago=15)
        recent = receive(days_ago=13)

        housekeeping.purge(now=FakeClock(MONDAY_NOON))

        assert list(InboxMessage.objects.all()) == [recent]

    def test_deletes_revocations_of_expired_tokens(self):
        Revocation.revoke_token("expired", MONDAY_NOON - timedelta(seconds=1))
        Revocation.revoke_token("valid", MONDAY_NOON + timedelta(minutes=5))

        housekeeping.purge(now=FakeClock(MONDAY_NOON))

        assert [each.key for each in Revocation.objects.all()] == ["jti:valid"]
