"""Orders over HTTP."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from order_service import selectors
from order_service.api.filters import OrderFilter
from order_service.api.idempotency import IDEMPOTENCY_KEY, first_answer, idempotency_key
from order_service.api.pagination import OrderPages
from order_service.api.serializers.orders import OrderSerializer, PlaceOrderSerializer
from order_service.api.throttles import OrdersThrottle
from order_service.exceptions import AlreadyAnswered, NotYourAccount
from order_service.models import Order
from order_service.services import Line, OrderService
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import IsStaff, IsUserToken
from servicekit.auth.callers import signed_in


class OrderViews(GenericViewSet[Order]):
    """Customers see and cancel their own orders, staff those of everybody; each orders for themselves."""

    queryset = Order.objects.none()
    permission_classes = (IsUserToken,)
    serializer_class = OrderSerializer
    pagination_class = OrderPages
    filterset_class = OrderFilter

    def get_throttles(self) -> list[BaseThrottle]:
        return [*super().get_throttles(), *([OrdersThrottle()] if self.action == "create" else [])]

    def get_permissions(self) -> Sequence[Any]:
        return [IsStaff()] if self.action == "ship" else super().get_permissions()

    @extend_schema(
        operation_id="orders_list",
        responses={200: OrderSerializer(many=True), **problem_responses(400, 401, 403, 404)},
    )
    def list(self, request: Request) -> Response:
        return self._page(selectors.orders(owner_id=_sees_only(request)))

    @extend_schema(
        operation_id="users_orders_list",
        responses={200: OrderSerializer(many=True), **problem_responses(400, 401, 403, 404)},
    )
    def list_of_user(self, request: Request, user_id: int) -> Response:
        if not (signed_in(request).is_staff or signed_in(request).owns(user_id)):
            raise PermissionDenied
        return self._page(selectors.orders(owner_id=user_id))

    @extend_schema(
        operation_id="orders_place",
        parameters=[IDEMPOTENCY_KEY],
        request=PlaceOrderSerializer,
        responses={201: OrderSerializer, **problem_responses(400, 401, 403, 404, 409, 413, 415, 422, 429)},
    )
    def create(self, request: Request) -> Response:
        """
        Order for yourself; each product on one line.

        404: a product is not offered. 409: OUT_OF_STOCK, PRICE_CHANGED, UNKNOWN_CUSTOMER; nothing is changed then.
        """
        body = PlaceOrderSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data
        if not signed_in(request).owns(wanted["user_id"]):
            raise NotYourAccount(wanted["user_id"])

        represent = OrderSerializer().to_representation
        key = idempotency_key(request, route="orders", status=201, represent=represent)
        try:
            order = OrderService().place_order(
                customer_id=wanted["user_id"],
                lines=[Line(**item) for item in wanted["items"]],
                ship_to=wanted["shipping_address"],
                key=key,
            )
        except AlreadyAnswered as answered:
            return first_answer(answered)
        return Response(represent(order), status=201)

    @extend_schema(operation_id="orders_retrieve", responses={200: OrderSerializer, **problem_responses(401, 403, 404)})
    def retrieve(self, request: Request, order_id: int) -> Response:
        return Response(OrderSerializer(selectors.order(order_id, owner_id=_sees_only(request))).data)

    @extend_schema(
        operation_id="orders_cancel",
        request=None,
        responses={200: OrderSerializer, **problem_responses(401, 403, 404, 409)},
    )
    def cancel(self, request: Request, order_id: int) -> Response:
        """Cancel an order that is not shipped; stock and money are returned. Cancelling twice is allowed."""
        reason = Order.Reason.STAFF if signed_in(request).is_staff else Order.Reason.CUSTOMER
        order = OrderService().cancel_order(order_id=order_id, reason=reason, owner_id=_sees_only(request))
        return Response(OrderSerializer(order).data)

    @extend_schema(
        operation_id="orders_ship",
        request=None,
        responses={200: OrderSerializer, **problem_responses(401, 403, 404, 409)},
    )
    def ship(self, request: Request, order_id: int) -> Response:  # noqa: ARG002 - the framework's signature
        """Mark a confirmed order as shipped; for staff. Shipping twice answers the same. 409: ORDER_NOT_CONFIRMED."""
        return Response(OrderSerializer(OrderService().ship_order(order_id=order_id)).data)

    def _page(self, orders: QuerySet[Order]) -> Response:
        page = self.paginate_queryset(self.filter_queryset(orders)) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def _sees_only(request: Request) -> int | None:
    """The user whose orders this caller may see; None: all users."""
    return None if signed_in(request).is_staff else signed_in(request).id
