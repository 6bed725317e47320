"""Which failure of the mail server is final, and which is worth another try."""

import smtplib
from uuid import UUID

import pytest

from notification_service.exceptions import MailRefused, MailServerBusy
from notification_service.mail import DjangoPost, Letter
from notification_service.tests.fakes import FakeMailConnection

LETTER = Letter(
    id=UUID("00000000-0000-4000-8000-000000000017"),
    to="alice@example.org",
    subject="Your order 17 is confirmed",
    body="Hello Alice,\n",
)


def send(letter=LETTER, *, trouble=None, sender="shop@shop.example"):
    connection = FakeMailConnection(trouble=trouble)
    DjangoPost(sender=sender, connection=connection).send(letter)
    [message] = connection.messages
    return message


class TestDjangoPost:
    def test_hands_over_the_whole_letter(self):
        message = send()

        assert (message.to, message.subject, message.body) == ([LETTER.to], LETTER.subject, LETTER.body)

    def test_the_message_id_is_the_delivery_s(self):
        assert send().message()["Message-ID"] == f"<{LETTER.id}@shop.example>"

    def test_the_same_delivery_has_the_same_message_id(self):
        assert send().message()["Message-ID"] == send().message()["Message-ID"]

    def test_finds_its_domain_behind_a_display_name(self):
        assert send(sender="The Shop <shop@shop.example>").message()["Message-ID"].endswith("@shop.example>")

    @pytest.mark.parametrize(
        "trouble",
        [
            smtplib.SMTPServerDisconnected("gone"),
            smtplib.SMTPConnectError(554, b"no service"),
            smtplib.SMTPHeloError(501, b"who?"),
            smtplib.SMTPAuthenticationError(535, b"no"),
            smtplib.SMTPSenderRefused(451, b"later", "shop@shop.example"),
            smtplib.SMTPDataError(452, b"disk full"),
            smtplib.SMTPRecipientsRefused({LETTER.to: (450, b"mailbox busy")}),
            ConnectionRefusedError(),
            TimeoutError(),
        ],
        ids=repr,
    )
    def test_trouble_that_may_pass_is_worth_another_try(self, trouble):
        with pytest.raises(MailServerBusy):
            send(trouble=trouble)

    @pytest.mark.parametrize(
        "trouble",
        [
            smtplib.SMTPSenderRefused(550, b"not you", "shop@shop.example"),
            smtplib.SMTPDataError(554, b"spam"),
            smtplib.SMTPRecipientsRefused({LETTER.to: (550, b"no such mailbox")}),
            smtplib.SMTPNotSupportedError("SMTPUTF8"),
        ],
        ids=repr,
    )
    def test_a_refusal_is_final(self, trouble):
        with pytest.raises(MailRefused):
            send(trouble=trouble)

    @pytest.mark.security
    @pytest.mark.parametrize(
        "letter",
        [
            Letter(id=LETTER.id, to="alice@example.org\nBcc: all@example.org", subject="Hi", body=""),
            Letter(id=LETTER.id, to="alice@example.org", subject="Hi\r\nBcc: all@example.org", body=""),
            Letter(id=LETTER.id, to="", subject="Hi", body=""),
        ],
        ids=["address", "subject", "no address"],
    )
    def test_no_header_can_be_smuggled_in(self, letter):
        with pytest.raises(MailRefused):
            send(letter)
