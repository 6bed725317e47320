"""Verification of addresses and reset of passwords over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from servicekit.api.schema import problem_responses
from user_service.api.permissions import MayChange
from user_service.api.serializers.mails import MailTokenSerializer, NewPasswordSerializer, ResetRequestSerializer
from user_service.api.throttles import MailThrottle
from user_service.api.views.tokens import OpenView
from user_service.services import AddressService, PasswordResetService, UserService


class VerificationMailView(APIView):
    permission_classes = (MayChange,)
    throttle_classes = (MailThrottle,)

    @extend_schema(
        operation_id="users_verification_mail",
        request=None,
        responses={202: None, **problem_responses(401, 403, 404, 429)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send the link that verifies the e-mail address again, unless it is verified; for its owner and staff."""
        self.check_object_permissions(request, UserService().get_user_by_id(pk))
        AddressService().request_verification(user_id=pk)
        return Response(status=202)


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
