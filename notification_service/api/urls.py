"""Every address of this service."""

from django.urls import path

from notification_service.api.views import NotificationList, ReadNotification, UserUpdated
from servicekit import problems
from servicekit.urls import operational_urls

urlpatterns = [
    path("api/users/<id:user_id>/notifications/", NotificationList.as_view(), name="notification-list"),
    path(
        "api/users/<id:user_id>/notifications/<id:notification_id>/read/",
        ReadNotification.as_view(),
        name="notification-read",
    ),
    path("api/user-updated/", UserUpdated.as_view(), name="user-updated"),
    *operational_urls(),
]

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.not_found
handler500 = problems.server_error
