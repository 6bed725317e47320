from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from servicekit.api.problems import handler
from servicekit.api.urls import operational_urls
from servicekit.auth.callers import caller

exception_handler = handler({})
handler404 = "servicekit.api.problems.not_found"


class Me(APIView):
    def get(self, request):
        return Response({"name": caller(request).name})


urlpatterns = [*operational_urls(), path("me/", Me.as_view())]
