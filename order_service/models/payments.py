"""
Payments: at most one an order, for a declined one cancels its order.

    processing -> completed -> refunding -> refunded
       |  ^ \
       v  |  -> declined
      failed

A processing payment is claimed until a moment: one process at a time talks to the gateway about it. When the
claim runs out with no outcome known, the next one asks the gateway what became of `charge_key`, and tries again
with the same key. So the gateway is asked often, but charges once.
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
        """Nobody is at them any more, and what the gateway did is not known."""
        return self.processing().filter(claimed_until__lte=now)

    def refunding(self, *, since: datetime) -> Self:
        """Their money has been on its way back since a moment, or longer."""
        return self.filter(status=Payment.Status.REFUNDING, settled_at__lte=since)

    def unclaimed(self, *, now: datetime) -> Self:
        """Those that may be tried again: stuck, or unknown to the gateway."""
        return self.filter(
            Q(status=Payment.Status.PROCESSING, claimed_until__lte=now) | Q(status=Payment.Status.FAILED)
        )


class Payment(models.Model):
    class Status(models.TextChoices):
        PROCESSING = "processing", "the gateway is being asked, or will be"
        FAILED = "failed", "the gateway never heard of it: the order can still be paid"
        COMPLETED = "completed"
        DECLINED = "declined"
        REFUNDING = "refunding", "the money goes back"
        REFUNDED = "refunded"

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="payment")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROCESSING)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    brand = models.CharField(max_length=20)
    last_four = models.CharField(max_length=4)
    charge_key = models.UUIDField(default=uuid4, editable=False)
    # None: from before this was noted, or by code that does not know it yet (docs/migrations.md).
    started_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    is_second_try = False

    objects = PaymentQuerySet.as_manager()

    class Meta:
        # Few payments are under way, however many there are.
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
        """Take up a payment that nobody is at; False when another process was faster."""
        free = Payment.objects.filter(pk=self.pk).unclaimed(now=now)
        if not free.update(status=self.Status.PROCESSING, claimed_until=until):
            return False
        self.status, self.claimed_until = self.Status.PROCESSING, until
        self.is_second_try = True
        return True

    def change_card(self, *, brand: str, last_four: str) -> None:
        self._own_claim().update(brand=brand, last_four=last_four)

    def release(self, *, now: datetime) -> None:
        """Let go, with no outcome known."""
        self._own_claim().update(claimed_until=now)

    def fail(self) -> None:
        """The gateway never heard of it."""
        self._own_claim().update(status=self.Status.FAILED)

    def _own_claim(self) -> PaymentQuerySet:
        # When ours ran out, another process may have claimed the payment meanwhile; that claim is not ours to end.
        return Payment.objects.processing().filter(pk=self.pk, claimed_until=self.claimed_until)

    def settle(self, status: Status, *, at: datetime) -> None:
        self.status, self.settled_at = status, at
        self.save(update_fields=["status", "settled_at"])
