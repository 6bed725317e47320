"""Every route of notification_service."""

from django.urls import path

from notification_service.api.views import NotificationListView, NotificationReadView, UserUpdatedView
from servicekit.api.urls import operational_urls

urlpatterns = [
    path("api/users/<id:user_id>/notifications/", NotificationListView.as_view(), name="notification-list"),
    path(
        "api/users/<id:user_id>/notifications/<id:notification_id>/read/",
        NotificationReadView.as_view(),
        name="notification-read",
    ),
    path("api/user-updated/", UserUpdatedView.as_view(), name="user-updated"),
    *operational_urls(),
]

handler400 = "servicekit.api.problems.bad_request"
handler403 = "servicekit.api.problems.permission_denied"
handler404 = "servicekit.api.problems.not_found"
handler500 = "servicekit.api.problems.server_error"
