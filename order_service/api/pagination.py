"""Pages of orders."""

from typing import cast

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from order_service.models import Order
from servicekit.api.pagination import Pages

MAX_COUNT = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg] # generic for mypy only
    """Stops counting at 10,000: to count a million rows takes longer than the rest of the request."""

    @cached_property
    def count(self) -> int:
        orders = cast("QuerySet[Order]", self.object_list)
        return orders.order_by().values("pk")[:MAX_COUNT].count()


class OrderPages(Pages):
    """`count` is at most 10,000; `?before_id=` reaches the orders beyond."""

    django_paginator_class = CappedPaginator
