"""The catalogue over HTTP."""

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from order_service.api.filters import ProductFilter, StableOrdering
from order_service.api.serializers.catalogue import ProductSerializer
from order_service.models import Product
from order_service.services import CatalogueService
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import IsStaff

ORDERING = OpenApiParameter(
    "ordering", enum=["price", "-price", "name", "-name", "stock_quantity", "-stock_quantity", "id", "-id"]
)


@extend_schema_view(
    list=extend_schema(
        operation_id="products_list",
        parameters=[ORDERING],
        responses={200: ProductSerializer(many=True), **problem_responses(400, 401, 404)},
    )
)
class ProductViews(ListModelMixin, GenericViewSet[Product]):
    """Anyone may read; staff may change."""

    queryset = Product.objects.offered()
    serializer_class = ProductSerializer
    filter_backends = (DjangoFilterBackend, StableOrdering)
    filterset_class = ProductFilter
    ordering_fields = ("id", "name", "price", "stock_quantity")

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self.request.method in SAFE_METHODS else IsStaff()]

    @extend_schema(
        operation_id="products_create",
        responses={201: ProductSerializer, **problem_responses(400, 401, 403, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        body = ProductSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        product = CatalogueService().add(**body.validated_data)
        return Response(ProductSerializer(product).data, status=201)

    @extend_schema(operation_id="products_retrieve", responses={200: ProductSerializer, **problem_responses(401, 404)})
    def retrieve(self, _: Request, product_id: int) -> Response:
        return Response(ProductSerializer(Product.objects.get_offered(product_id)).data)

    @extend_schema(
        operation_id="products_change",
        responses={200: ProductSerializer, **problem_responses(400, 401, 403, 404, 413, 415)},
    )
    def partial_update(self, request: Request, product_id: int) -> Response:
        body = ProductSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        product = CatalogueService().change(product_id, **body.validated_data)
        return Response(ProductSerializer(product).data)

    @extend_schema(operation_id="products_retire", responses={204: None, **problem_responses(401, 403, 404)})
    def destroy(self, _: Request, product_id: int) -> Response:
        CatalogueService().retire(product_id)
        return Response(status=204)
