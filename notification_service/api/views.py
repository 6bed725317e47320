"""HTTP: translate, make one call, translate."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from notification_service.api.serializers import NotificationSerializer, UserUpdatedSerializer
from notification_service.models import Notification
from notification_service.services import AccountService, NotificationService
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import HasScope, IsUserToken
from servicekit.auth.callers import caller


class IsThemselvesOrStaff(IsUserToken):
    """People read what they were told; staff read what anybody was told."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        reader = caller(request)
        return super().has_permission(request, view) and (reader.is_staff or reader.owns(view.kwargs["user_id"]))


class NotificationsView(ListAPIView[Notification]):
    """What a user was told, newest first."""

    serializer_class = NotificationSerializer
    permission_classes = (IsThemselvesOrStaff,)
    queryset = Notification.objects.none()

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.filter(user_id=self.kwargs["user_id"])

    @extend_schema(
        operation_id="notification_list",
        responses={200: NotificationSerializer(many=True), **problem_responses(401, 403, 404, 429)},
    )
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().get(request, *args, **kwargs)


class ReadView(APIView):
    """Note that a notification was read. The first time counts; asking again answers the same."""

    permission_classes = (IsThemselvesOrStaff,)

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
        notification = NotificationService().read(user_id=user_id, notification_id=notification_id)
        return Response(NotificationSerializer(notification).data)


class UserUpdatedView(APIView):
    """user_service says that a user changed: forget the name and address held here."""

    permission_classes = (HasScope.of("users:notify"),)

    @extend_schema(
        operation_id="user_updated",
        request=UserUpdatedSerializer,
        responses={200: UserUpdatedSerializer, **problem_responses(400, 401, 403, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = UserUpdatedSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        AccountService().updated(user_id=body.validated_data["user_id"])
        return Response(body.data)
