from django.http import HttpResponse
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from scripts.shop.bench.textbook.views import OrderViewSet, ProductViewSet

router = DefaultRouter()
router.register("orders", OrderViewSet, basename="order")
router.register("products", ProductViewSet)

urlpatterns = [
    path("health/", lambda _: HttpResponse()),
    path("api/", include(router.urls)),
]
