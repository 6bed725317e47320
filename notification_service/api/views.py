"""HTTP: read the request, make one call, write the answer."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notification_service.api.serializers import NotificationSerializer, UserUpdatedSerializer
from notification_service.models import Notification
from notification_service.services import AccountService, NotificationService
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import HasScope
from servicekit.auth.callers import caller


class IsOwnerOrStaff(BasePermission):
    """The user whose id is in the path, or staff."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = caller(request)
        return user.is_staff or user.owns(view.kwargs["user_id"])


@extend_schema_view(
    get=extend_schema(
        operation_id="notification_list",
        responses={200: NotificationSerializer(many=True), **problem_responses(401, 403, 404, 429)},
    )
)
class NotificationListView(ListAPIView[Notification]):
    """A user's notifications, newest first."""

    serializer_class = NotificationSerializer
    permission_classes = (IsOwnerOrStaff,)
    queryset = Notification.objects.none()

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.filter(user_id=self.kwargs["user_id"])


class NotificationReadView(APIView):
    """Mark a notification as read. Repeated calls keep the first `read_at`."""

    permission_classes = (IsOwnerOrStaff,)

    @extend_schema(
        operation_id="notification_read",
        request=None,
        responses={200: NotificationSerializer, **problem_responses(401, 403, 404, 429)},
    )
    def post(
        self,
        request: Request,  # noqa: ARG002 - the framework's signature
        user_id: int,
        notification_id: int,
    ) -> Response:
        notification = NotificationService().mark_read(user_id=user_id, notification_id=notification_id)
        return Response(NotificationSerializer(notification).data)


class UserUpdatedView(APIView):
    """user_service reports that a user changed; the cached name and address are dropped."""

    permission_classes = (HasScope.of("users:notify"),)

    @extend_schema(
        operation_id="user_updated",
        request=UserUpdatedSerializer,
        responses={200: UserUpdatedSerializer, **problem_responses(400, 401, 403, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = UserUpdatedSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        AccountService().forget_contact(user_id=body.validated_data["user_id"])
        return Response(body.data)
