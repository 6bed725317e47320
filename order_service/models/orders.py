"""Orders: what was bought, at which price, where it goes, and how far it got."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Self

from django.db import models
from django.db.models import Q

from order_service.exceptions import OrderAlreadyShipped, OrderNotConfirmed, OrderNotFound, OrderNotPayable
from order_service.models.addresses import Address
from order_service.models.catalogue import Product


class OrderQuerySet(models.QuerySet["Order"]):
    def seen_by(self, owner_id: int | None) -> Self:
        """The orders of one customer; None is the staff, who sees all."""
        return self.all() if owner_id is None else self.filter(user_id=owner_id)

    def locked(self, order_id: int) -> "Order":
        """Lock this order until the transaction ends. :raises OrderNotFound: it is not in this queryset."""
        order = self.select_for_update().filter(pk=order_id).first()
        if order is None:
            raise OrderNotFound(order_id)
        return order

    def pending(self) -> Self:
        return self.filter(status=Order.Status.PENDING)

    def create_with_lines(
        self, *, user_id: int, bought: Mapping[Product, int], ship_to: Address, at: datetime
    ) -> "Order":
        """An order of these pieces, with today's names and prices in its lines."""
        total = sum((product.price * pieces for product, pieces in bought.items()), start=Decimal(0))
        order = self.create(user_id=user_id, total=total, shipping_address=ship_to, created_at=at)
        order.lines = OrderLine.objects.bulk_create(
            OrderLine(order=order, product=product, name=product.name, quantity=pieces, price=product.price)
            for product, pieces in bought.items()
        )
        order.payment_or_none = None
        return order


class Order(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending"
        CONFIRMED = "confirmed"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    class Reason(models.TextChoices):
        """Why an order was cancelled."""

        CUSTOMER = "customer"
        STAFF = "staff"
        DECLINED = "declined"
        UNPAID = "unpaid"
        ACCOUNT_DELETED = "deleted"

    user_id = models.BigIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    # Wider than a price: fifty lines of a thousand pieces each.
    total = models.DecimalField(max_digits=16, decimal_places=2)
    shipping_address = models.JSONField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancellation_reason = models.CharField(max_length=8, choices=Reason, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="order_cancelled_with_time_and_reason",
                condition=(Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancellation_reason=""))
                | (~Q(status="cancelled") & Q(cancelled_at=None, cancellation_reason="")),
            ),
        )
        indexes = (
            models.Index(fields=["user_id", "-id"], name="order_of_user_newest_first"),
            models.Index(fields=["status", "-id"], name="order_in_status_newest_first"),
            # Pending orders are few, however many orders there are.
            models.Index(fields=["created_at"], name="order_pending_by_age", condition=Q(status="pending")),
        )

    def __str__(self) -> str:
        return f"order {self.pk} ({self.status})"

    @cached_property
    def lines(self) -> list["OrderLine"]:
        return list(self.items.all())

    @cached_property
    def payment_or_none(self) -> "models.Model | None":
        return getattr(self, "payment", None)

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def is_shipped(self) -> bool:
        return self.status == self.Status.SHIPPED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    def require_payable(self) -> None:
        if not self.is_pending:
            raise OrderNotPayable(self.pk, self.status)

    def confirm(self, *, at: datetime) -> None:
        self.require_payable()
        self.status, self.confirmed_at = self.Status.CONFIRMED, at
        self.save(update_fields=["status", "confirmed_at"])

    def ship(self, *, at: datetime) -> None:
        if self.status != self.Status.CONFIRMED:
            raise OrderNotConfirmed(self.pk, self.status)
        self.status, self.shipped_at = self.Status.SHIPPED, at
        self.save(update_fields=["status", "shipped_at"])

    def cancel(self, *, reason: Reason, at: datetime) -> None:
        if self.is_shipped:
            raise OrderAlreadyShipped(self.pk)
        self.status, self.cancellation_reason, self.cancelled_at = self.Status.CANCELLED, reason, at
        self.save(update_fields=["status", "cancellation_reason", "cancelled_at"])


class OrderLine(models.Model):
    """Some pieces of one product, with its name and price on the day."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    # No index: products are retired, never deleted, so nothing looks for the lines of a product.
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        ordering = ("id",)
        constraints = (models.CheckConstraint(name="order_line_has_pieces", condition=Q(quantity__gt=0)),)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.name}"
