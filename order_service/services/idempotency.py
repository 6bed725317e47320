"""
The same request, sent again, has its effect once and gets the same answer.

After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/: a key belongs to one user, one
route and one body.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from order_service.exceptions import IdempotencyKeyReused, RequestInProgress
from order_service.models import IdempotencyRecord


@dataclass(frozen=True)
class Answer:
    """What was answered; `body` is JSON text."""

    status: int
    body: str


class EveryTime:
    """A request without a key: sent twice, it works twice."""

    def claim(self) -> None:
        """Bind the key to this request; in the transaction of the work, before it."""

    def keep(self, result: Any) -> None:
        """Keep the answer that this result becomes; in the transaction that makes it true."""


EVERY_TIME = EveryTime()


@dataclass
class Once(EveryTime):
    """A request with a key. The unique constraint on its row decides who is first, also among 20 at the same time."""

    user_id: int
    route: str
    key: str
    fingerprint: str
    answer: Callable[[Any], Answer]
    now: Callable[[], datetime]
    is_ours: bool = field(default=False, init=False)

    def recall(self) -> Answer | None:
        """
        Give the answer that this request got before, if it did.

        :raises IdempotencyKeyReused: the key belongs to a request with another body.
        """
        record = self._records().first()
        if record is None:
            return None
        if record.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused(self.key)
        self.is_ours = True
        return None if record.status is None else Answer(record.status, record.body)

    def claim(self) -> None:
        """:raises RequestInProgress: its twin was faster; `recall` knows more once that has ended."""
        # Ours without an answer: it never came back from the gateway, and may now be tried again.
        if not self.is_ours:
            try:
                self._records().create(
                    user_id=self.user_id,
                    route=self.route,
                    key=self.key,
                    fingerprint=self.fingerprint,
                    created_at=self.now(),
                )
            except IntegrityError:
                raise RequestInProgress(self.key) from None

    def keep(self, result: Any) -> None:
        answer = self.answer(result)
        self._records().update(status=answer.status, body=answer.body)

    def _records(self) -> Any:
        return IdempotencyRecord.objects.filter(user_id=self.user_id, route=self.route, key=self.key)


def purge(*, before: datetime) -> int:
    """Forget the answers from before a moment; count them."""
    return IdempotencyRecord.objects.filter(created_at__lt=before).delete()[0]
