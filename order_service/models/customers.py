"""A row for each customer, to lock."""

from django.db import models


class CustomerQuerySet(models.QuerySet["Customer"]):
    def lock(self, user_id: int) -> None:
        """Lock this customer's row, which is made when it is missing, until the transaction ends."""
        self.bulk_create([Customer(user_id=user_id)], ignore_conflicts=True)
        self.select_for_update().get(user_id=user_id)


class Customer(models.Model):
    """Somebody who has ordered. The account itself is user_service's."""

    user_id = models.BigIntegerField(primary_key=True)

    objects = CustomerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"customer {self.user_id}"
