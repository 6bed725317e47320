"""Verification of addresses and reset of passwords over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from servicekit.api.schema import problem_responses
from user_service.api.serializers.mails import MailTokenSerializer, NewPasswordSerializer, ResetRequestSerializer
from user_service.api.throttles import MailThrottle
from user_service.api.views.tokens import OpenView
from user_service.services import AddressService, PasswordResetService


class VerifyEmailView(OpenView):
    throttle_classes = (MailThrottle,)

    @extend_schema(
        operation_id="auth_verify_email",
        request=MailTokenSerializer,
        responses={204: None, **problem_responses(400, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """Verify the e-mail address of an account by the token of a mail."""
        body = MailTokenSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        AddressService().verify(**body.validated_data)
        return Response(status=204)


class PasswordResetView(OpenView):
    throttle_classes = (MailThrottle,)

    @extend_schema(
        operation_id="auth_password_reset",
        request=ResetRequestSerializer,
        responses={202: None, **problem_responses(400, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """Get a mail with a link to set a new password. The answer does not tell whether an account has the address."""
        body = ResetRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        PasswordResetService().request(**body.validated_data)
        return Response(status=202)


class PasswordResetConfirmView(OpenView):
    throttle_classes = (MailThrottle,)

    @extend_schema(
        operation_id="auth_password_reset_confirm",
        request=NewPasswordSerializer,
        responses={204: None, **problem_responses(400, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """Set a new password by the token of a mail. Ends all sessions of the user."""
        body = NewPasswordSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        PasswordResetService().reset(**body.validated_data)
        return Response(status=204)
