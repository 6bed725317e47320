"""What can be bought, and how much of it is there."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from servicekit.storage.compiled import Updates, compiled_update


class ProductQuerySet(models.QuerySet["Product"]):
    def offered(self) -> Self:
        return self.filter(retired_at=None)

    def take(self, product: "Product", pieces: int) -> bool:
        """Take pieces at the price that was seen; False, and nothing taken, when either is no longer there."""
        return _take(product_id=product.pk, price=product.price, pieces=pieces) == 1

    def put_back(self, product_id: int, pieces: int) -> None:
        self.filter(pk=product_id).update(stock_quantity=F("stock_quantity") + pieces)


class Product(models.Model):
    """Never deleted, only retired: orders keep pointing at what was bought."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock_quantity = models.BigIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="product_stock_never_below_zero", condition=Q(stock_quantity__gte=0)),
            models.CheckConstraint(name="product_costs_something", condition=Q(price__gt=Decimal(0))),
        )

    def __str__(self) -> str:
        return self.name

    def retire(self, *, at: datetime) -> None:
        self.retired_at = at
        self.save(update_fields=["retired_at"])


@compiled_update
def _take(*, product_id: int, price: Decimal, pieces: int) -> Updates:
    there = Product.objects.offered().filter(pk=product_id, price=price, stock_quantity__gte=pieces)
    return there, {"stock_quantity": F("stock_quantity") - pieces}
