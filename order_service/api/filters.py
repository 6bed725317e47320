"""What lists can be narrowed down and sorted by."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from order_service.models import Order, Product
from servicekit.base.ids import LARGEST_ID

LARGEST_PRICE = Decimal("99999999.99")


class ProductFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="named_or_described", max_length=100, label="in name or description")
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=100, label="part of the name")
    price__gte = django_filters.NumberFilter(
        field_name="price", lookup_expr="gte", min_value=0, max_value=LARGEST_PRICE, label="costs at least"
    )
    price__lte = django_filters.NumberFilter(
        field_name="price", lookup_expr="lte", min_value=0, max_value=LARGEST_PRICE, label="costs at most"
    )

    class Meta:
        model = Product
        fields: Sequence[str] = ()

    def named_or_described(self, products: QuerySet[Product], _: str, text: str) -> QuerySet[Product]:
        return products.filter(Q(name__icontains=text) | Q(description__icontains=text))


class OrderFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=Order.Status.choices)
    before_id = django_filters.NumberFilter(
        field_name="id",
        lookup_expr="lt",
        min_value=1,
        max_value=LARGEST_ID,
        decimal_places=0,
        label="older than this one",
    )

    class Meta:
        model = Order
        fields: Sequence[str] = ()


class WhatIsAsked(DjangoFilterBackend):
    """Builds its form only for those who ask for something: it takes longer than the query."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        if view.filterset_class.base_filters.keys().isdisjoint(request.query_params):
            return queryset
        return super().filter_queryset(request, queryset, view)


class StableOrdering(OrderingFilter):
    """Equal ones in the order of their ids, so that turning a page neither repeats nor skips one."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> list[str]:
        return [*(super().get_ordering(request, queryset, view) or ()), "id"]
