"""
Payments: at most one per order, because a declined payment cancels its order.

    processing -> completed -> refunding -> refunded
       |  ^ \
       v  |  -> declined
      failed

A processing payment is claimed by one process until `claimed_until`; only that process calls the gateway for it. When
the claim expires without an outcome, another process claims the payment, asks the gateway for the outcome of
`charge_key`, and charges with the same key if there is none. So the gateway charges at most once.

A gateway may make a charge long after it was sent. So a failed payment is asked about again at `next_attempt_at`, after
growing pauses, until PAYMENT_RECHECK_HOURS after `charge_sent_at`; also when its order was cancelled meanwhile.
A refund is tried again at `next_attempt_at` until it is made.
"""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from order_service.models.orders import Order

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 ... 60 minutes."""
    minutes: int = 2 ** min(attempts - 1, 6)
    return min(FIRST_PAUSE * minutes, LONGEST_PAUSE)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def processing(self) -> Self:
        return self.filter(status=Payment.Status.PROCESSING)

    def stuck(self, *, now: datetime) -> Self:
        """Payments whose claim has expired without an outcome."""
        return self.processing().filter(claimed_until__lte=now)

    def failed(self) -> Self:
        """Payments whose charge the gateway does not know, but may still make."""
        return self.filter(status=Payment.Status.FAILED, next_attempt_at__isnull=False)

    def refunding(self) -> Self:
        """Payments whose refund was started and is not made yet."""
        return self.filter(status=Payment.Status.REFUNDING)

    def due(self, *, now: datetime) -> Self:
        """Those whose next attempt is due; without a time are those that an earlier release wrote."""
        return self.filter(Q(next_attempt_at__lte=now) | Q(next_attempt_at=None)).order_by("next_attempt_at", "pk")

    def unclaimed(self, *, now: datetime) -> Self:
        """Payments that another process may claim: stuck, or unknown to the gateway."""
        return self.filter(
            Q(status=Payment.Status.PROCESSING, claimed_until__lte=now) | Q(status=Payment.Status.FAILED)
        )


class Payment(models.Model):
    class Status(models.TextChoices):
        PROCESSING = "processing", "claimed, and the outcome is not known yet"
        FAILED = "failed", "unknown to the gateway: the order can still be paid"
        COMPLETED = "completed"
        DECLINED = "declined"
        REFUNDING = "refunding", "the refund was started"
        REFUNDED = "refunded"

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="payment")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROCESSING)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    brand = models.CharField(max_length=20)
    last_four = models.CharField(max_length=4)
    charge_key = models.UUIDField(default=uuid4, editable=False)
    # None in rows written before this column existed, or by code that does not know it yet (docs/migrations.md).
    started_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField()
    charge_sent_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    settled_at = models.DateTimeField(null=True, blank=True)

    is_retry = False

    objects = PaymentQuerySet.as_manager()

    class Meta:
        # Only few of all payments have one of these states.
        indexes = (
            models.Index(fields=["claimed_until"], name="payment_processing", condition=Q(status="processing")),
            models.Index(
                fields=["next_attempt_at"], name="payment_next_attempt", condition=Q(status__in=["failed", "refunding"])
            ),
        )

    def __str__(self) -> str:
        return f"payment {self.pk} ({self.status})"

    @property
    def is_settled(self) -> bool:
        return self.status not in {self.Status.PROCESSING, self.Status.FAILED}

    def claim(self, *, until: datetime, now: datetime) -> bool:
        """Claim an unclaimed payment; False when another process has claimed it."""
        unclaimed = Payment.objects.filter(pk=self.pk).unclaimed(now=now)
        if not unclaimed.update(status=self.Status.PROCESSING, claimed_until=until):
            return False
        self.status, self.claimed_until = self.Status.PROCESSING, until
        self.is_retry = True
        return True

    def change_card(self, *, brand: str, last_four: str) -> None:
        self._claimed_by_us().update(brand=brand, last_four=last_four)

    def release(self, *, now: datetime) -> None:
        """End our claim without an outcome."""
        self._claimed_by_us().update(claimed_until=now)

    def send_charge(self, *, now: datetime) -> None:
        """Remember that the gateway may make the charge from now on."""
        self._claimed_by_us().update(charge_sent_at=now, attempts=0)

    def fail(self, *, now: datetime, recheck: timedelta) -> None:
        """
        Mark as unknown to the gateway, and say when to ask again.

        :param recheck: how long after it was sent the gateway may still make the charge.
        """
        self.attempts += 1
        sent_at = self.charge_sent_at or self.started_at
        again = now + pause(self.attempts) if sent_at and now < sent_at + recheck else None
        self._claimed_by_us().update(status=self.Status.FAILED, attempts=self.attempts, next_attempt_at=again)

    def claim_refund(self, *, now: datetime) -> bool:
        """Claim the next attempt of the refund; False when another process has claimed it, or it is made."""
        attempts = self.attempts + 1
        due = Payment.objects.refunding().due(now=now).filter(pk=self.pk, attempts=self.attempts)
        return bool(due.update(attempts=attempts, next_attempt_at=now + pause(attempts)))

    def _claimed_by_us(self) -> PaymentQuerySet:
        # Nothing when our claim has expired and another process has claimed the payment since.
        return Payment.objects.processing().filter(pk=self.pk, claimed_until=self.claimed_until)

    def settle(self, status: Status, *, at: datetime) -> None:
        self.status, self.settled_at = status, at
        self.attempts, self.next_attempt_at = 0, at if status == self.Status.REFUNDING else None
        self.save(update_fields=["status", "settled_at", "attempts", "next_attempt_at"])
