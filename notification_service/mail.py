"""The mail server, by Django's mail backends: which failure is final, and which is worth another try."""

import smtplib
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notification_service.exceptions import MailRefused, MailServerBusy


@dataclass(frozen=True)
class Letter:
    """One mail. Its id becomes the Message-ID: mail systems drop the second copy of one they have seen."""

    id: UUID
    to: str
    subject: str
    body: str


class Post(Protocol):
    def send(self, letter: Letter) -> None:
        """
        Hand the letter to the mail server.

        :raises MailRefused: it will never be taken.
        :raises MailServerBusy: it was not taken this time.
        """
        ...


class DjangoPost:
    """Whatever EMAIL_BACKEND names: files, SMTP, or a list in memory."""

    def __init__(self, *, sender: str, connection: BaseEmailBackend | None = None):
        self.sender = sender
        self.connection = connection
        self.domain = sender.rpartition("@")[2].rstrip(">")

    def send(self, letter: Letter) -> None:
        if not letter.to.strip():  # Django would send nothing, and say nothing
            raise MailRefused("there is no address to write to")
        message = EmailMessage(
            letter.subject,
            letter.body,
            self.sender,
            [letter.to],
            connection=self.connection,
            headers={"Message-ID": f"<{letter.id}@{self.domain}>"},
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as refusal:
            raise _refused(min(code for code, _ in refusal.recipients.values())) from refusal
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as trouble:
            # Nothing was said about this letter, only about us: people can mend that while it waits.
            raise MailServerBusy(f"the mail server does not let us in: {trouble.smtp_code}") from trouble
        except smtplib.SMTPResponseException as refusal:
            raise _refused(refusal.smtp_code) from refusal
        except smtplib.SMTPNotSupportedError as refusal:
            raise MailRefused(f"the mail server cannot take this address: {refusal}") from refusal
        except OSError as trouble:  # connection refused, reset, timed out; smtplib's other errors are OSErrors too
            raise MailServerBusy(f"the mail server is out of reach: {type(trouble).__name__}") from trouble
        except ValueError as refusal:  # Django: not an address, or a header with a line break
            raise MailRefused(f"not a mail that can be written: {refusal}") from refusal


def _refused(code: int) -> MailRefused | MailServerBusy:
    if 400 <= code < 500:
        return MailServerBusy(f"the mail server answered {code}: later")
    return MailRefused(f"the mail server refused with {code}")
