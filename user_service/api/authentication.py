"""Whose token is good here: at the owner of the accounts, an account must stand behind it."""

from django.contrib.auth.models import User
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from servicekit.auth.authentication import BearerAuthentication
from servicekit.auth.tokens import Principal


class AccountAuthentication(BearerAuthentication):
    """Refuses also tokens of users who were deleted, deactivated, or are no longer staff, whatever the token says."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        authenticated = super().authenticate(request)
        if authenticated is not None and not _stands(authenticated[0]):
            raise AuthenticationFailed("The account of this token is closed or has other rights now.")
        return authenticated


def _stands(principal: Principal) -> bool:
    if principal.is_service:
        return True
    account = User.objects.filter(pk=principal.pk, is_active=True)
    is_staff = account.values_list("is_staff", flat=True).first()
    return is_staff is not None and (is_staff or not principal.is_staff)
