"""Sign-in, refresh, sign-out, service tokens and public keys over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from servicekit.api.schema import problem_responses
from servicekit.auth.authentication import IsUserToken
from servicekit.auth.callers import signed_in
from user_service import wiring
from user_service.api.serializers.tokens import (
    CredentialsSerializer,
    KeySetSerializer,
    RefreshSerializer,
    ServiceCredentialsSerializer,
    ServiceTokenSerializer,
    SignOutSerializer,
    TokensSerializer,
)
from user_service.api.throttles import PasswordByAccountThrottle, PasswordByAddressThrottle, address_of
from user_service.services import SessionService

NO_STORE = {"Cache-Control": "no-store"}  # no cache may store a token: RFC 6749, section 5.1


class OpenView(APIView):
    """A view that needs no token, and ignores one that is sent."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class LoginView(OpenView):
    throttle_classes = (PasswordByAddressThrottle, PasswordByAccountThrottle)

    @extend_schema(
        operation_id="auth_login",
        request=CredentialsSerializer,
        responses={200: TokensSerializer, **problem_responses(400, 401, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """Sign in: get an access token, and a refresh token for the next ones."""
        body = CredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        tokens = SessionService().sign_in(**body.validated_data, address=address_of(request))
        return Response(TokensSerializer(tokens).data, headers=NO_STORE)


class RefreshView(OpenView):
    @extend_schema(
        operation_id="auth_refresh",
        request=RefreshSerializer,
        responses={200: TokensSerializer, **problem_responses(400, 401, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        """Get new tokens. A refresh token is valid once; using it again ends its session."""
        body = RefreshSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        tokens = SessionService().refresh(**body.validated_data)
        return Response(TokensSerializer(tokens).data, headers=NO_STORE)


class LogoutView(APIView):
    permission_classes = (IsUserToken,)

    @extend_schema(
        operation_id="auth_logout",
        request=SignOutSerializer,
        responses={204: None, **problem_responses(400, 401, 403, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        """Sign out: end the session of the access token."""
        body = SignOutSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        SessionService().sign_out(caller=signed_in(request), **body.validated_data)
        return Response(status=204)


class ServiceTokenView(OpenView):
    @extend_schema(
        operation_id="auth_service_token",
        request=ServiceCredentialsSerializer,
        responses={200: ServiceTokenSerializer, **problem_responses(400, 401, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        """Get an access token for a service. Not rate-limited: a client secret is too long to be guessed."""
        body = ServiceCredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        token = SessionService().service_token(**body.validated_data)
        return Response(ServiceTokenSerializer(token).data, headers=NO_STORE)


class KeysView(OpenView):
    throttle_classes = ()

    @extend_schema(operation_id="published_keys", responses={200: KeySetSerializer})
    def get(self, _: Request) -> Response:
        """The public keys. A retired key stays until the last token signed with it has expired."""
        return Response({"keys": wiring.published_keys()}, headers={"Cache-Control": "public, max-age=300"})
