from datetime import timedelta

import pytest

from order_service.models import IdempotencyRecord, InboxMessage, Revocation
from order_service.services import housekeeping
from order_service.tests.factories import ALICE, MONDAY_NOON

pytestmark = pytest.mark.django_db
NOW = MONDAY_NOON
A_SECOND = timedelta(seconds=1)


def test_purge_deletes_answers_older_than_a_day(clock):
    for key, age in (("kept", timedelta(hours=24)), ("old", timedelta(hours=24) + A_SECOND)):
        IdempotencyRecord.objects.create(user_id=ALICE, route="orders", key=key, created_at=NOW - age)

    housekeeping.purge(now=clock)

    assert [record.key for record in IdempotencyRecord.objects.all()] == ["kept"]


def test_purge_deletes_inbox_rows_older_than_30_days(clock):
    for kind, age in (("kept", timedelta(days=30)), ("old", timedelta(days=30) + A_SECOND)):
        InboxMessage.objects.create(
            message_id="0" * 31 + kind[0].translate({107: "1", 111: "2"}), type=kind, received_at=NOW - age
        )

    housekeeping.purge(now=clock)

    assert [message.type for message in InboxMessage.objects.all()] == ["kept"]


def test_purge_deletes_revocations_of_expired_tokens(clock):
    Revocation.revoke_token("kept", NOW + A_SECOND)
    Revocation.revoke_token("old", NOW)

    housekeeping.purge(now=clock)

    assert [revocation.key for revocation in Revocation.objects.all()] == ["jti:kept"]
