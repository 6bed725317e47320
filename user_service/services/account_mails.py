"""
Mails that prove an address or warn its owner. The other mails are notification_service's.

They are sent from here because a link to set a password is as good as the password: no other service, and no message
to one, may contain it. The token of a link is made when the mail is sent, and is not stored.
"""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.models import User
from django.core import signing
from django.db.models import Q

from servicekit.messages import outbox
from user_service import texts, wiring
from user_service.exceptions import InvalidMailToken
from user_service.mail import Mail, MailRefused, MailSender
from user_service.models import AccountMail, UserProfile, has_proven_address

log = logging.getLogger(__name__)

SEND_ACCOUNT_MAIL: Final = "user_service.send_account_mail"  # the name of the task
HOUR: Final = timedelta(hours=1)
LIFETIMES: Final = {AccountMail.Kind.VERIFY: timedelta(hours=48), AccountMail.Kind.RESET: HOUR}
"""How long the link of a mail is valid, from the request for it on."""
KEPT: Final = timedelta(days=7)


def queue_mail(kind: AccountMail.Kind, *, to: str, user: User | None, now: datetime) -> None:
    """Have this mail sent after the commit of the caller's transaction."""
    mail = AccountMail.objects.create(kind=kind, to=to.lower(), user=user, created_at=now)
    outbox.command(SEND_ACCOUNT_MAIL, mail_id=str(mail.id))


def mail_of(token: str, kind: AccountMail.Kind) -> AccountMail:
    """
    Give the mail whose link has this token. Lock the user before `redeem`, as every use case locks the user first.

    :raises InvalidMailToken: the token is forged, or of a mail of another kind.
    """
    try:
        mail_id = _signer(kind).unsign(token)
    except signing.BadSignature as error:
        raise InvalidMailToken from error
    mail = AccountMail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise InvalidMailToken
    return mail


def redeem(mail: AccountMail, *, now: datetime) -> None:
    """
    Use up the link of a mail, in the caller's transaction.

    :raises InvalidMailToken: it has expired or was used.
    """
    valid_from = now - LIFETIMES[AccountMail.Kind(mail.kind)]
    unused = AccountMail.objects.filter(pk=mail.pk, used_at=None, created_at__gt=valid_from)
    if not unused.update(used_at=now):
        raise InvalidMailToken


def token_of(mail: AccountMail) -> str:
    """Give the token of a mail's link: the signed id."""
    return _signer(mail.kind).sign(str(mail.id))


class AccountMailService:
    """Sends the mails, and deletes their rows when they have served."""

    def __init__(
        self,
        *,
        sender: MailSender | None = None,
        rules: wiring.MailRules | None = None,
        now: wiring.Clock | None = None,
    ) -> None:
        self.sender = sender or wiring.mail_sender()
        self.rules = rules or wiring.mail_rules()
        self.now = now or wiring.clock()

    def send(self, *, mail_id: UUID) -> None:
        """
        Send this mail, unless it was sent, or there is no reason for it any more.

        :raises OSError: the mail server did not take it for now.
        """
        mail = AccountMail.objects.filter(pk=mail_id, sent_at=None).select_related("user__profile").first()
        text = self._text(mail) if mail else None
        if mail is None or text is None:
            return
        now = self.now()
        sent = AccountMail.objects.filter(to=mail.to, kind=mail.kind, sent_at__gt=now - HOUR).count()
        if self.rules.per_hour is not None and sent >= self.rules.per_hour:
            log.warning("account mail %s is not sent: its address has got %s in the last hour", mail.id, sent)
            return
        try:
            self.sender.send(Mail(mail.id, mail.to, text.subject, text.body))
        except MailRefused:
            log.warning("account mail %s was refused by the mail server", mail.id)
        AccountMail.objects.filter(pk=mail.pk).update(sent_at=now)

    def purge(self) -> None:
        """Delete the rows of old mails. Without a user, a row is only needed for the limit and the link of an hour."""
        now = self.now()
        AccountMail.objects.filter(Q(created_at__lt=now - KEPT) | Q(user=None, created_at__lt=now - 2 * HOUR)).delete()

    def _text(self, mail: AccountMail) -> texts.Text | None:
        """Decide what the mail says, here and not in the request, whose answer and time must not tell it."""
        owner = UserProfile.objects.filter(verified_email=mail.to).select_related("user").first()
        if mail.kind == AccountMail.Kind.CHANGED:
            return texts.address_changed()
        if mail.kind == AccountMail.Kind.RESET:
            if owner is None or not owner.user.is_active:
                return None
            return texts.password_reset(self._link("reset-password", mail), username=owner.user.username)
        if mail.user is None or mail.user.email.lower() != mail.to or has_proven_address(mail.user):
            return None
        return texts.already_proven() if owner else texts.verification(self._link("verify-email", mail))

    def _link(self, page: str, mail: AccountMail) -> str:
        return f"{self.rules.shop_url}/{page}/?token={token_of(mail)}"


def _signer(kind: str) -> signing.Signer:
    return signing.Signer(salt=f"user_service.account_mail.{kind}")
