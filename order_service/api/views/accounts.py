"""What user_service tells us over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from order_service.api.serializers.fields import IdField
from order_service.services import AccountService
from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import HasScope


class UserUpdatedSerializer(serializers.Serializer[Any]):
    user_id = IdField()
    changes = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=100, help_text="Names of what changed."
    )


NEWS = UserUpdatedSerializer()


class UserUpdatedView(APIView):
    """Forget what is held of this user. Only services that may tell us so."""

    permission_classes = (HasScope.of("users:notify"),)

    @extend_schema(
        operation_id="user_updated",
        request=UserUpdatedSerializer,
        responses={200: UserUpdatedSerializer, **problem_responses(400, 401, 403, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        news = NEWS.run_validation(request.data)
        AccountService().updated(user_id=news["user_id"])
        return Response(news)
