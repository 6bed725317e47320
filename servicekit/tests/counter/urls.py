from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from servicekit.api.pagination import Pages
from servicekit.api.schema import problem_responses
from servicekit.api.throttling import CallerThrottle
from servicekit.api.urls import operational_urls
from servicekit.auth import authentication as auth
from servicekit.base.exceptions import NeighbourUnavailable
from servicekit.tests.counter.problems import NotToday, SoldOut, SoldOutForever

handler400 = "servicekit.api.problems.bad_request"
handler403 = "servicekit.api.problems.permission_denied"
handler404 = "servicekit.api.problems.not_found"
handler500 = "servicekit.api.problems.server_error"


class KnockThrottle(CallerThrottle):
    scope = "knock"


class WordSerializer(serializers.Serializer):
    word = serializers.CharField(max_length=10)


class Anyone(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = (KnockThrottle,)

    @extend_schema(responses=WordSerializer)
    def get(self, request):
        return Response({"word": request.user.name})

    @extend_schema(
        request=WordSerializer,
        responses={200: WordSerializer, **problem_responses(400, 413, 415, 429)},
    )
    def post(self, request):
        serializer = WordSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data)


class Numbers(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request):
        pages = Pages()
        return pages.get_paginated_response(pages.paginate_queryset(list(range(250)), request, self))


def guarded(permission):
    class Guarded(APIView):
        permission_classes = (permission,)

        @extend_schema(exclude=True)
        def get(self, request, pk=None):
            return Response({"name": request.user.name, "owns_7": request.user.owns(7)})

    return Guarded.as_view()


RAISED = {
    "sold-out": SoldOut("lamp"),
    "sold-out-forever": SoldOutForever("lamp"),
    "not-today": NotToday("sunday"),
    "neighbour": NeighbourUnavailable("user_service", "ReadTimeout"),
    "database": OperationalError("connection to db.internal:5432 failed for user shop"),
    "missing": Http404("no"),
    "denied": PermissionDenied("no"),
    "list": serializers.ValidationError(["that is not it"]),
    "surprise": ZeroDivisionError("nobody expected this"),
}


class Raising(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request, what):
        raise RAISED[what]


urlpatterns = [
    path("anyone/", Anyone.as_view()),
    path("numbers/", Numbers.as_view()),
    path("signed-in/", guarded(IsAuthenticated)),
    path("staff/", guarded(auth.IsStaff)),
    path("people/", guarded(auth.IsUserToken)),
    path("readers/", guarded(auth.IsStaff | auth.HasScope.of("users:read"))),
    path("things/<id:pk>/", guarded(AllowAny)),
    path("raising/<str:what>/", Raising.as_view()),
    *operational_urls(),
]
