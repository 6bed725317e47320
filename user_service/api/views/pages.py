"""The pages that links in account mails lead to. Opening one changes nothing: mail filters open links too."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from user_service.api.serializers.mails import MailTokenSerializer, NewPasswordSerializer
from user_service.api.throttles import MailThrottle
from user_service.api.views.tokens import NO_STORE, OpenView
from user_service.exceptions import InvalidMailToken, InvalidUserData
from user_service.services import AddressService, PasswordResetService

HEADERS = {
    **NO_STORE,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",  # the address has the token
}


@extend_schema(exclude=True)
class Page(OpenView):
    """A form with the token of the address, and what came of it."""

    renderer_classes = (TemplateHTMLRenderer,)
    parser_classes = (FormParser,)
    throttle_classes = (MailThrottle,)
    template_name = "user_service/account_mail.html"
    title: ClassVar[str]
    done: ClassVar[str]
    asks_password: ClassVar[bool] = False
    serializer: ClassVar[type[MailTokenSerializer]] = MailTokenSerializer

    def get(self, request: Request) -> Response:
        return self._page(token=request.query_params.get("token", ""))

    def post(self, request: Request) -> Response:
        body = self.serializer(data=request.data)
        if not body.is_valid():
            return self._page(status=400, token=body.data.get("token", ""), errors=_messages(body.errors))
        try:
            self.act(**body.validated_data)
        except InvalidUserData as error:
            return self._page(status=400, token=body.validated_data["token"], errors=_messages(error.fields))
        except InvalidMailToken as error:
            return self._page(status=400, errors=[str(error)])
        return self._page(result=self.done)

    def act(self, **fields: Any) -> None:
        raise NotImplementedError

    def _page(self, *, status: int = 200, **context: Any) -> Response:
        page = {"title": self.title, "asks_password": self.asks_password, **context}
        return Response(page, status=status, headers=HEADERS)


class VerifyEmailPage(Page):
    title = "Confirm your e-mail address"
    done = "Your e-mail address is confirmed."

    def act(self, **fields: Any) -> None:
        AddressService().verify(**fields)


class ResetPasswordPage(Page):
    title = "Set a new password"
    done = "Your password is changed. Sign in with the new one."
    asks_password = True
    serializer = NewPasswordSerializer

    def act(self, **fields: Any) -> None:
        PasswordResetService().reset(**fields)


def _messages(errors: Any) -> list[str]:
    return [f"{field}: {message}" for field, messages in errors.items() for message in messages]
