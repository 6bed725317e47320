"""Authentication at the service that has the accounts: it also checks the account of a token."""

from django.contrib.auth.models import User
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from servicekit.auth.authentication import BearerAuthentication
from servicekit.auth.callers import Principal


class AccountAuthentication(BearerAuthentication):
    """Also refuses valid tokens of users who were deleted or deactivated, or who are no longer staff."""

    def authenticate(self, request: Request) -> tuple[Principal, str] | None:
        authenticated = super().authenticate(request)
        if authenticated is not None and not _account_allows(authenticated[0]):
            raise AuthenticationFailed("The account of this token is inactive or deleted, or its rights have changed.")
        return authenticated


def _account_allows(principal: Principal) -> bool:
    if principal.is_service:
        return True
    account = User.objects.filter(pk=principal.pk, is_active=True)
    is_staff = account.values_list("is_staff", flat=True).first()
    return is_staff is not None and (is_staff or not principal.is_staff)
