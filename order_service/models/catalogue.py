"""Products and their stock."""

from datetime import datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from order_service.exceptions import ProductNotFound


class ProductQuerySet(models.QuerySet["Product"]):
    def offered(self) -> Self:
        return self.filter(retired_at=None)

    def get_offered(self, product_id: int) -> "Product":
        """:raises ProductNotFound: no such product, or a retired one."""
        product = self.offered().filter(pk=product_id).first()
        if product is None:
            raise ProductNotFound(product_id)
        return product

    def take(self, product_id: int, pieces: int) -> bool:
        """Take pieces out of stock; False, and nothing taken, when the product is not offered or has fewer."""
        available = self.offered().filter(pk=product_id, stock_quantity__gte=pieces)
        return available.update(stock_quantity=F("stock_quantity") - pieces) == 1

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
