"""Every route of order_service."""

from django.urls import path

from order_service.api.views.accounts import UserUpdatedView
from order_service.api.views.catalogue import ProductViews
from order_service.api.views.orders import OrderViews
from order_service.api.views.payments import BacklogView, PaymentsView, PaymentView
from servicekit.api.urls import operational_urls

products = ProductViews.as_view({"get": "list", "post": "create"})
product = ProductViews.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})

urlpatterns = [
    *operational_urls(),
    path("api/products/", products, name="product-list"),
    path("api/products/<id:product_id>/", product, name="product-detail"),
    path("api/orders/", OrderViews.as_view({"get": "list", "post": "create"}), name="order-list"),
    path("api/orders/<id:order_id>/", OrderViews.as_view({"get": "retrieve"}), name="order-detail"),
    path("api/orders/<id:order_id>/cancel/", OrderViews.as_view({"post": "cancel"}), name="order-cancel"),
    path("api/orders/<id:order_id>/ship/", OrderViews.as_view({"post": "ship"}), name="order-ship"),
    path("api/users/<id:user_id>/orders/", OrderViews.as_view({"get": "list_of_user"}), name="user-orders"),
    path("api/payments/", PaymentsView.as_view(), name="payment-list"),
    path("api/payments/backlog/", BacklogView.as_view(), name="payment-backlog"),
    path("api/payments/<id:payment_id>/", PaymentView.as_view(), name="payment-detail"),
    path("api/user-updated/", UserUpdatedView.as_view(), name="user-updated"),
]

handler400 = "servicekit.api.problems.bad_request"
handler403 = "servicekit.api.problems.permission_denied"
handler404 = "servicekit.api.problems.not_found"
handler500 = "servicekit.api.problems.server_error"
