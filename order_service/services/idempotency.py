"""
A request that is sent again has its effect once and gets the first answer again.

After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/: a key belongs to one user, one
route and one body. A use case calls `check`, then `claim` in the transaction of its work, then `keep` in the
transaction that makes the answer true. All three do nothing when the key is None: the request had no key.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from order_service.exceptions import AlreadyAnswered, IdempotencyKeyReused
from order_service.models import IdempotencyRecord


@dataclass(frozen=True)
class IdempotencyKey:
    """
    The Idempotency-Key of one request.

    `fingerprint` stands for the body. `status` and `represent`, which makes JSON types of the use case's result, say
    how a success is answered.
    """

    user_id: int
    route: str
    value: str
    fingerprint: str
    status: int
    represent: Callable[[Any], Any]

    def records(self) -> "QuerySet[IdempotencyRecord]":
        return IdempotencyRecord.objects.filter(user_id=self.user_id, route=self.route, key=self.value)


def check(key: IdempotencyKey | None) -> None:
    """
    Refuse a request that needs no more work.

    :raises AlreadyAnswered: the same request was answered before; the exception has the answer.
    :raises IdempotencyKeyReused: the key belongs to a request with another body.
    """
    if key is None or (record := key.records().first()) is None:
        return
    if record.fingerprint != key.fingerprint:
        raise IdempotencyKeyReused
    if record.status is not None:
        raise AlreadyAnswered(record.status, record.body)


def claim(key: IdempotencyKey | None, *, at: datetime) -> bool:
    """
    Bind the key to this request. A key without an answer may be claimed again by the same request.

    Waits for a concurrent transaction that inserts the same key.

    :return: whether an earlier request with this key and body got no answer.
    :raises AlreadyAnswered, IdempotencyKeyReused: as `check`.
    """
    if key is None:
        return False
    is_repeated = key.records().exists()
    record = IdempotencyRecord(
        user_id=key.user_id, route=key.route, key=key.value, fingerprint=key.fingerprint, created_at=at
    )
    # The unique constraint decides which of several concurrent requests inserts its row.
    IdempotencyRecord.objects.bulk_create([record], ignore_conflicts=True)
    check(key)
    return is_repeated


def keep(key: IdempotencyKey | None, result: Any) -> None:
    """Store the answer that this result of the use case gets."""
    if key is not None:
        key.records().update(status=key.status, body=json.dumps(key.represent(result)))


def purge(*, before: datetime) -> int:
    """Delete the records from before this time; give their number."""
    return IdempotencyRecord.objects.filter(created_at__lt=before).delete()[0]
