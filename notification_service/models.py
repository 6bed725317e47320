"""State of notification_service, and the rules that one row can check."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from servicekit.auth.revocation import AbstractRevocation
from servicekit.messages.inbox import AbstractInboxMessage
from servicekit.messages.outbox import AbstractOutboxMessage


class OutboxMessage(AbstractOutboxMessage):
    """What the relay has to publish."""


class InboxMessage(AbstractInboxMessage):
    """Which events were already heard."""


class Revocation(AbstractRevocation):
    """Tokens that no longer open anything."""


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def locked(self, user_id: int) -> "Recipient":
        """This user's row, made when missing, held until the transaction ends."""
        self.bulk_create([Recipient(user_id=user_id)], ignore_conflicts=True)
        return self.select_for_update().get(user_id=user_id)


class Recipient(models.Model):
    """
    Somebody we heard of: what to lock while writing to them, and who is gone.

    The row of a deleted user stays for good: events may be repeated or replayed at any time, and user_service
    never gives an id away twice.
    """

    user_id = models.BigIntegerField(primary_key=True)
    deleted_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    def __str__(self) -> str:
        return f"user {self.user_id}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Notification(models.Model):
    """One thing told to one user."""

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

    def read(self, *, now: datetime) -> None:
        """Remember the first reading; later ones change nothing."""
        Notification.objects.filter(pk=self.pk, read_at=None).update(read_at=now)
        self.refresh_from_db(fields=["read_at"])


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> Self:
        return self.filter(state=Delivery.State.PENDING)

    def overdue(self, *, now: datetime) -> Self:
        return self.pending().filter(due_at__lte=now)

    def claim(
        self, delivery_id: uuid.UUID, *, now: datetime, until: datetime, alone: bool = False
    ) -> "Delivery | None":
        """
        Take this delivery in hand, so that no other worker sends it before `until`.

        None when it ended, went with its user, or is in another worker's hands.

        :param alone: no other worker is at it, so whoever claimed it is dead.
        """
        free = Q() if alone else Q(claimed_until=None) | Q(claimed_until__lte=now)
        claimed = self.pending().filter(free, pk=delivery_id)
        if not claimed.update(claimed_until=until, due_at=until, attempts=F("attempts") + 1):
            return None
        # The user may be deleted between these two lines, and the delivery with them.
        return self.pending().select_related("notification").filter(pk=delivery_id).first()


class Delivery(models.Model):
    """The mail that goes with a notification, from wish to end."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        FAILED = "failed"

    # Not a counter: the Message-ID is made of it, and must stay unique when a database starts anew.
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

    def sent(self, *, now: datetime) -> None:
        self._end(state=self.State.SENT, ended_at=now)

    def failed(self, reason: str, *, now: datetime) -> None:
        self._end(state=self.State.FAILED, reason=reason, ended_at=now)

    def released(self, *, due_at: datetime) -> None:
        """Let go of the claim; somebody should take it up again by `due_at`."""
        # Only our own claim: when it ran out meanwhile, another worker counted one attempt more.
        self._pending().filter(attempts=self.attempts).update(claimed_until=None, due_at=due_at)

    def _end(self, **values: object) -> None:
        self._pending().update(claimed_until=None, **values)

    def _pending(self) -> DeliveryQuerySet:
        return Delivery.objects.pending().filter(pk=self.pk)
