"""The tables of notification_service, and the rules that one row can check."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from notification_service.exceptions import ClaimedByAnotherWorker
from servicekit.auth.revocation import AbstractRevocation
from servicekit.messages.inbox import AbstractInboxMessage
from servicekit.messages.outbox import AbstractOutboxMessage


class OutboxMessage(AbstractOutboxMessage):
    """A message that the relay has to publish."""


class InboxMessage(AbstractInboxMessage):
    """An event that was handled."""


class Revocation(AbstractRevocation):
    """A token that is refused before it expires."""


class Recipient(models.Model):
    """
    A user whom an event named: the row to lock while a notification is written, and the record of a deletion.

    The row of a deleted user is kept: an event may be replayed at any time, and user_service never reuses an id.
    """

    user_id = models.BigIntegerField(primary_key=True)
    deleted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"user {self.user_id}"


class Notification(models.Model):
    """What one user was notified of, because of one event."""

    event_id = models.UUIDField(unique=True)
    user_id = models.BigIntegerField()
    type = models.CharField(max_length=100)
    message = models.TextField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("user_id", "-created_at", "-id"), name="notification_newest_first"),)

    def __str__(self) -> str:
        return f"{self.type} for user {self.user_id}"

    def mark_read(self, *, now: datetime) -> None:
        """Set `read_at`, the first time only."""
        Notification.objects.filter(pk=self.pk, read_at=None).update(read_at=now)
        self.refresh_from_db(fields=["read_at"])


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> Self:
        return self.filter(state=Delivery.State.PENDING)

    def overdue(self, *, now: datetime) -> Self:
        return self.pending().filter(due_at__lte=now)

    def sent_to(self, user_id: int, *, since: datetime) -> Self:
        return self.filter(notification__user_id=user_id, state=Delivery.State.SENT, ended_at__gt=since)

    def claim(
        self, delivery_id: uuid.UUID, *, now: datetime, until: datetime, holds_lock: bool = False
    ) -> "Delivery | None":
        """
        Claim a delivery, so that no other worker sends it before `until`.

        :param holds_lock: the caller holds the delivery's advisory lock, so an older claim belongs to a dead worker.
        :return: None when the delivery has ended, or was deleted with its user.
        :raises ClaimedByAnotherWorker: the claim of another worker has not expired.
        """
        pending = self.pending().filter(pk=delivery_id)
        unclaimed = pending if holds_lock else pending.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        if not unclaimed.update(claimed_until=until, due_at=until, attempts=F("attempts") + 1) and pending.exists():
            raise ClaimedByAnotherWorker(delivery_id)
        return pending.select_related("notification").first()


class Delivery(models.Model):
    """The mail of a notification, and whether it was sent."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        FAILED = "failed"

    # A UUID: the Message-ID is made from it, and must stay unique when a database is rebuilt.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.OneToOneField(Notification, on_delete=models.CASCADE)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    reason = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="delivery_ends_with_a_time_and_fails_with_a_reason",
                condition=Q(state="pending", ended_at=None, reason="")
                | Q(state="sent", ended_at__isnull=False, reason="")
                | (Q(state="failed", ended_at__isnull=False) & ~Q(reason="")),
            ),
        )
        indexes = (models.Index(fields=("due_at",), name="delivery_pending", condition=Q(state="pending")),)

    def __str__(self) -> str:
        return f"{self.subject} ({self.state})"

    def mark_sent(self, *, now: datetime) -> None:
        self._end(state=self.State.SENT, ended_at=now)

    def mark_failed(self, reason: str, *, now: datetime) -> None:
        self._end(state=self.State.FAILED, reason=reason, ended_at=now)

    def release(self, *, due_at: datetime) -> None:
        """Give up this worker's claim. By `due_at`, the next attempt should have begun."""
        # `attempts` tells claims apart: after ours has expired, another worker's claim has added one.
        self._pending().filter(attempts=self.attempts).update(claimed_until=None, due_at=due_at)

    def _end(self, **values: object) -> None:
        self._pending().update(claimed_until=None, **values)

    def _pending(self) -> DeliveryQuerySet:
        return Delivery.objects.pending().filter(pk=self.pk)
