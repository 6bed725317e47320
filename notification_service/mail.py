"""Sending mail by Django's backends: which failure is permanent, and which is temporary."""

import smtplib
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notification_service.exceptions import MailRefused, MailServerUnavailable


@dataclass(frozen=True)
class Mail:
    """One mail. Its id becomes the Message-ID, by which mail systems recognise a second copy."""

    id: UUID
    to: str
    subject: str
    body: str


class MailSender(Protocol):
    def send(self, mail: Mail) -> None:
        """
        Pass the mail to the mail server.

        :raises MailRefused: a permanent failure.
        :raises MailServerUnavailable: a temporary failure.
        """
        ...


class DjangoMailSender:
    """Sends with the backend that EMAIL_BACKEND names."""

    def __init__(self, *, sender: str, connection: BaseEmailBackend | None = None):
        self.sender = sender
        self.connection = connection
        self.domain = sender.rpartition("@")[2].rstrip(">")

    def send(self, mail: Mail) -> None:
        if not mail.to.strip():  # Django would silently send nothing
            raise MailRefused("the user has no address")
        message = EmailMessage(
            mail.subject,
            mail.body,
            self.sender,
            [mail.to],
            connection=self.connection,
            headers={"Message-ID": f"<{mail.id}@{self.domain}>"},
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _)] = error.recipients.values()
            raise _refusal(code) from error
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
            # Temporary whatever the code: it concerns our connection or login, which operators can repair.
            raise MailServerUnavailable(f"the mail server refused our connection: {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused(f"the mail server does not support this address: {error}") from error
        except OSError as error:  # connection refused, reset, timed out; smtplib's other errors are OSErrors too
            raise MailServerUnavailable(f"the mail server cannot be reached: {type(error).__name__}") from error
        except ValueError as error:  # Django: not an address, or a header with a line break
            raise MailRefused(f"the mail is not valid: {error}") from error


def _refusal(code: int) -> MailRefused | MailServerUnavailable:
    if 400 <= code < 500:
        return MailServerUnavailable(f"the mail server refused for now with {code}")
    return MailRefused(f"the mail server refused with {code}")
