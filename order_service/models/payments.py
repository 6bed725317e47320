"""
Payments: at most one per order, because a declined payment cancels its order.

    processing -> completed -> refunding -> refunded
       |  ^ \
       v  |  -> declined
      failed

A processing payment is claimed by one process until `claimed_until`; only that process calls the gateway for it. When
the claim expires without an outcome, another process claims the payment, asks the gateway for the outcome of
`charge_key`, and charges with the same key if there is none. So the gateway charges at most once.
"""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from order_service.models.orders import Order


class PaymentQuerySet(models.QuerySet["Payment"]):
    def processing(self) -> Self:
        return self.filter(status=Payment.Status.PROCESSING)

    def stuck(self, *, now: datetime) -> Self:
        """Payments whose claim has expired without an outcome."""
        return self.processing().filter(claimed_until__lte=now)

    def refunding(self, *, since: datetime) -> Self:
        """Payments whose refund was started at this time or before, and is not made yet."""
        return self.filter(status=Payment.Status.REFUNDING, settled_at__lte=since)

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
    settled_at = models.DateTimeField(null=True, blank=True)

    is_retry = False

    objects = PaymentQuerySet.as_manager()

    class Meta:
        # Only few of all payments have one of these states.
        indexes = (
            models.Index(fields=["claimed_until"], name="payment_processing", condition=Q(status="processing")),
            models.Index(fields=["settled_at"], name="payment_refunding", condition=Q(status="refunding")),
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

    def fail(self) -> None:
        """Mark as unknown to the gateway."""
        self._claimed_by_us().update(status=self.Status.FAILED)

    def _claimed_by_us(self) -> PaymentQuerySet:
        # Nothing when our claim has expired and another process has claimed the payment since.
        return Payment.objects.processing().filter(pk=self.pk, claimed_until=self.claimed_until)

    def settle(self, status: Status, *, at: datetime) -> None:
        self.status, self.settled_at = status, at
        self.save(update_fields=["status", "settled_at"])
