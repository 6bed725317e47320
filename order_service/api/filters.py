"""Filters and sort orders of the lists."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from order_service.models import Order, Product
from servicekit.base.ids import LARGEST_ID

LARGEST_PRICE = Decimal("99999999.99")


class ProductFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="in_name_or_description", max_length=100, label="in name or description")
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=100, label="part of the name")
    price__gte = django_filters.NumberFilter(
        field_name="price", lookup_expr="gte", min_value=0, max_value=LARGEST_PRICE, label="lowest price"
    )
    price__lte = django_filters.NumberFilter(
        field_name="price", lookup_expr="lte", min_value=0, max_value=LARGEST_PRICE, label="highest price"
    )

    class Meta:
        model = Product
        fields: Sequence[str] = ()

    def in_name_or_description(self, products: QuerySet[Product], _: str, text: str) -> QuerySet[Product]:
        return products.filter(Q(name__icontains=text) | Q(description__icontains=text))


class OrderFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Order.Status.choices)
    before_id = django_filters.NumberFilter(
        field_name="id",
        lookup_expr="lt",
        min_value=1,
        max_value=LARGEST_ID,
        decimal_places=0,
        label="only orders older than this one",
    )

    class Meta:
        model = Order
        fields: Sequence[str] = ()


class StableOrdering(OrderingFilter):
    """Sorts equal rows by id, so that no row is on two pages or on none."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> list[str]:
        return [*(super().get_ordering(request, queryset, view) or ()), "id"]
