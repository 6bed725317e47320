from typing import Any, ClassVar

import requests
from django.conf import settings
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import mixins, permissions, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.serializers import BaseSerializer

from order_service.models import Order, Product
from scripts.shop.bench.textbook.celery_app import app
from scripts.shop.bench.textbook.serializers import OrderSerializer, ProductSerializer


class ProductViewSet(viewsets.ReadOnlyModelViewSet[Product]):
    queryset = Product.objects.filter(retired_at=None).order_by("id")
    serializer_class = ProductSerializer
    filter_backends = (DjangoFilterBackend, SearchFilter, OrderingFilter)
    filterset_fields: ClassVar = {"name": ["icontains"], "price": ["gte", "lte"]}
    search_fields = ("name", "description")
    ordering_fields = ("id", "name", "price", "stock_quantity")


class OrderViewSet(
    mixins.CreateModelMixin, mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Order]
):
    serializer_class = OrderSerializer
    permission_classes = (permissions.IsAuthenticated,)

    def get_queryset(self) -> QuerySet[Order]:
        own = Order.objects.filter(user_id=self.request.user.pk)  # type: ignore[misc] # never None: signed in
        return own.order_by("-id").select_related("payment").prefetch_related("items")

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        user_id = self.request.user.pk
        if serializer.validated_data["user_id"] != user_id:
            raise PermissionDenied
        response = requests.get(
            f"{settings.USER_SERVICE_URL}/api/users/{user_id}/",
            headers={"Authorization": self.request.headers["Authorization"]},
            timeout=5,
        )
        response.raise_for_status()
        if not response.json()["is_active"]:
            raise PermissionDenied
        order = serializer.save()
        app.send_task("notifications.order_placed", kwargs={"order_id": order.id, "total": str(order.total)})
