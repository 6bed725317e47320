"""Proves that an e-mail address belongs to the owner of an account. Rules: docs/decisions/accounts-and-tokens.md."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from user_service import wiring
from user_service.exceptions import InvalidMailToken, UserNotFoundError
from user_service.models import AccountMail, UserProfile, has_proven_address
from user_service.services.account_mails import mail_of, queue_mail, redeem
from user_service.services.announcements import announce_change
from user_service.services.creation import name_conflicts


class AddressService:
    """Sends links for verification, and verifies."""

    def __init__(self, *, now: wiring.Clock | None = None) -> None:
        self.now = now or wiring.clock()

    def request_verification(self, *, user_id: int) -> None:
        """
        Send the link again, unless the address is proven.

        :raises UserNotFoundError: there is no such user.
        """
        with transaction.atomic():
            user = User.objects.select_related("profile").filter(pk=user_id).first()
            if user is None:
                raise UserNotFoundError(user_id)
            if user.email and not has_proven_address(user):
                queue_mail(AccountMail.Kind.VERIFY, to=user.email, user=user, now=self.now())

    def verify(self, *, token: str) -> None:
        """
        Record that the owner of the account reads the mails to its address.

        :raises InvalidMailToken: the token is forged, expired or used, the address was changed since, or another
            account has proven it.
        """
        mail = mail_of(token, AccountMail.Kind.VERIFY)
        with name_conflicts(), transaction.atomic():
            user = User.objects.select_for_update().filter(pk__in=[mail.user_id]).first()
            if user is None or user.email.lower() != mail.to:
                raise InvalidMailToken
            redeem(mail, now=self.now())
            profile = UserProfile.objects.filter(user=user).first() or UserProfile(user=user)
            profile.verified_email = mail.to
            profile.save()
            announce_change(user, ["email_verified"])


def address_changed(user: User, profile: UserProfile, *, now: datetime) -> None:
    """Tell the old address, if it was proven, and have the new one proven; in the caller's transaction."""
    if profile.verified_email == user.email.lower():
        return
    if profile.verified_email:
        queue_mail(AccountMail.Kind.CHANGED, to=profile.verified_email, user=user, now=now)
    profile.verified_email = None
    if user.email:
        queue_mail(AccountMail.Kind.VERIFY, to=user.email, user=user, now=now)
