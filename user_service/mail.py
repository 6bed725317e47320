"""Sending mail by Django's backends."""

import smtplib
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


@dataclass(frozen=True)
class Mail:
    """One mail. Its id becomes the Message-ID, by which mail systems recognise a second copy."""

    id: UUID
    to: str
    subject: str
    body: str


class MailRefused(Exception):
    """The mail server refuses this recipient for good (RFC 5321, 4.2.1: a 5yz reply)."""


class MailSender(Protocol):
    def send(self, mail: Mail) -> None:
        """
        Pass the mail to the mail server.

        :raises MailRefused: the recipient is refused for good.
        :raises OSError: any other failure; another try may succeed.
        """
        ...


class DjangoMailSender:
    """Sends with the backend that EMAIL_BACKEND names."""

    def __init__(self, *, sender: str, connection: BaseEmailBackend | None = None) -> None:
        self.sender = sender
        self.connection = connection
        self.domain = sender.rpartition("@")[2].rstrip(">")

    def send(self, mail: Mail) -> None:
        headers = {"Message-ID": f"<{mail.id}@{self.domain}>"}
        message = EmailMessage(
            mail.subject, mail.body, self.sender, [mail.to], connection=self.connection, headers=headers
        )
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            if all(code >= 500 for code, _ in error.recipients.values()):
                raise MailRefused from error
            raise
