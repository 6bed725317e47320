"""Forgetting what is no longer needed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notification_service.models import InboxMessage, Revocation
from notification_service.services import housekeeping
from notification_service.tests.people import MONDAY_NOON
from servicekit.testing import FakeClock

pytestmark = pytest.mark.django_db


class TestPurge:
    def test_forgets_messages_that_can_hardly_come_again(self):
        old, fresh = (
            InboxMessage.objects.create(message_id=uuid4(), type="user.updated", received_at=MONDAY_NOON - age)
            for age in (timedelta(days=15), timedelta(days=1))
        )

        housekeeping.purge(now=FakeClock(MONDAY_NOON))

        assert list(InboxMessage.objects.all()) == [fresh], f"{old} should be gone"

    def test_forgets_tokens_that_expired(self):
        Revocation.revoke_token("expired", MONDAY_NOON - timedelta(seconds=1))
        Revocation.revoke_token("good for a while", MONDAY_NOON + timedelta(minutes=5))

        housekeeping.purge(now=FakeClock(MONDAY_NOON))

        assert [each.key for each in Revocation.objects.all()] == ["jti:good for a while"]
