"""Which failures of the mail server are permanent, and which are temporary."""

import smtplib
from dataclasses import replace
from uuid import UUID

import pytest

from notification_service.exceptions import MailRefused, MailServerUnavailable
from notification_service.mail import DjangoMailSender, Mail
from notification_service.tests.fakes import FakeMailConnection

MAIL = Mail(
    id=UUID("00000000-0000-4000-8000-000000000017"),
    to="alice@example.org",
    subject="Your order 17 is confirmed",
    body="Hello Alice,\n",
)


def send(mail=MAIL, *, error=None, sender="shop@shop.example"):
    connection = FakeMailConnection(error=error)
    DjangoMailSender(sender=sender, connection=connection).send(mail)
    [message] = connection.messages
    return message


class TestMessage:
    def test_has_the_mail_s_address_subject_and_body(self):
        message = send()

        assert (message.to, message.subject, message.body) == ([MAIL.to], MAIL.subject, MAIL.body)

    @pytest.mark.parametrize("sender", ["shop@shop.example", "The Shop <shop@shop.example>"])
    def test_has_a_message_id_of_the_mail_s_id_and_the_sender_s_domain(self, sender):
        assert send(sender=sender).message()["Message-ID"] == f"<{MAIL.id}@shop.example>"


class TestFailure:
    @pytest.mark.parametrize(
        "error",
        [
            smtplib.SMTPServerDisconnected("gone"),
            smtplib.SMTPConnectError(554, b"no service"),
            smtplib.SMTPHeloError(501, b"who?"),
            smtplib.SMTPAuthenticationError(535, b"no"),
            smtplib.SMTPSenderRefused(451, b"later", "shop@shop.example"),
            smtplib.SMTPDataError(452, b"disk full"),
            smtplib.SMTPRecipientsRefused({MAIL.to: (450, b"mailbox busy")}),
            ConnectionRefusedError(),
            TimeoutError(),
        ],
        ids=repr,
    )
    def test_of_the_connection_or_with_a_4yz_reply_is_temporary(self, error):
        with pytest.raises(MailServerUnavailable):
            send(error=error)

    @pytest.mark.parametrize(
        "error",
        [
            smtplib.SMTPSenderRefused(550, b"not you", "shop@shop.example"),
            smtplib.SMTPDataError(554, b"spam"),
            smtplib.SMTPRecipientsRefused({MAIL.to: (550, b"no such mailbox")}),
            smtplib.SMTPNotSupportedError("SMTPUTF8"),
        ],
        ids=repr,
    )
    def test_with_a_5yz_reply_is_permanent(self, error):
        with pytest.raises(MailRefused):
            send(error=error)

    @pytest.mark.security
    @pytest.mark.parametrize(
        "change",
        [
            {"to": "alice@example.org\nBcc: all@example.org"},
            {"subject": "Hi\r\nBcc: all@example.org"},
            {"to": ""},
            {"to": " "},
        ],
        ids=repr,
    )
    def test_of_an_address_or_subject_that_is_not_valid_is_permanent(self, change):
        with pytest.raises(MailRefused):
            send(replace(MAIL, **change))
