from django.http import HttpResponse
from django.urls import path

from scripts.shop.bench.bare import views

urlpatterns = [
    path("health/", lambda _: HttpResponse()),
    path("api/orders/", views.place_order),
    path("api/orders/<int:order_id>/", views.read_order),
    path("api/products/", views.page_of_products),
]
