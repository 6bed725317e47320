"""Notices of user_service over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from order_service.api.serializers.accounts import UserUpdatedSerializer
from order_service.services import AccountService
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import HasScope


class UserUpdatedView(APIView):
    """Forget what is cached about this user. Only for services with the scope `users:notify`."""

    permission_classes = (HasScope.of("users:notify"),)

    @extend_schema(
        operation_id="user_updated",
        request=UserUpdatedSerializer,
        responses={200: UserUpdatedSerializer, **problem_responses(400, 401, 403, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        body = UserUpdatedSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        AccountService().updated(user_id=body.validated_data["user_id"])
        return Response(body.data)
