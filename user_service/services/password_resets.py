"""A new password for those who forgot theirs, by a link to their proven address."""

from django.contrib.auth.models import User
from django.db import transaction

from user_service import wiring
from user_service.exceptions import InvalidMailToken
from user_service.models import AccountMail
from user_service.services.account_mails import mail_of, queue_mail, redeem
from user_service.services.users import UserService


class PasswordResetService:
    def __init__(self, *, users: UserService | None = None, now: wiring.Clock | None = None) -> None:
        self.users = users or UserService()
        self.now = now or wiring.clock()

    def request(self, *, email: str) -> None:
        """
        Send a link to this address if an active account has proven it.

        Makes the same queries for every address: neither answer nor time tells which addresses have an account.
        """
        with transaction.atomic():
            queue_mail(AccountMail.Kind.RESET, to=email, user=None, now=self.now())

    def reset(self, *, token: str, password: str) -> None:
        """
        Set the password, and end all sessions of the user.

        :raises InvalidMailToken: the token is forged, expired or used, or no active account has the address any more.
        :raises InvalidUserData: the password is weak; the token can be used again.
        """
        now = self.now()
        mail = mail_of(token, AccountMail.Kind.RESET)
        with transaction.atomic():
            users = User.objects.select_for_update(of=("self",)).filter(is_active=True)
            user = users.filter(profile__verified_email=mail.to).first()
            if user is None:
                raise InvalidMailToken
            redeem(mail, now=now)
            self.users.update_user_with_profile(user.pk, {"password": password})
            # The links in other mails must not undo this.
            AccountMail.objects.filter(kind=mail.kind, to=mail.to, used_at=None).update(used_at=now)
